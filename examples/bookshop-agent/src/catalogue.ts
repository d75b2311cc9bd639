export interface Book {
  isbn: string
  title: string
  author: string
  /** Euro. */
  price: number
  stock: number
}

export const CATALOGUE: Book[] = [
  { isbn: '9780141183770', title: 'The Book of Disquiet', author: 'Fernando Pessoa', price: 12.5, stock: 4 },
  { isbn: '9780156032971', title: 'Blindness', author: 'José Saramago', price: 14, stock: 2 },
  { isbn: '9780811216029', title: 'The Hour of the Star', author: 'Clarice Lispector', price: 11, stock: 0 },
]
