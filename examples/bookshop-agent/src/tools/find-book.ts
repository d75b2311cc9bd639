import type { LuaTool } from 'lua-cli'
import { z } from 'zod'
import { CATALOGUE } from '../catalogue.js'

const inputSchema = z.object({
  query: z.string().min(2).describe('Words from the title or the author'),
})

export class FindBookTool implements LuaTool {
  name = 'find_book'
  description = 'Finds books in the shop by title or author, with price and stock'
  inputSchema = inputSchema

  async execute({ query }: z.infer<typeof inputSchema>) {
    const words = query.toLowerCase().split(/\s+/)
    return CATALOGUE.filter(book => {
      const text = `${book.title} ${book.author}`.toLowerCase()
      return words.every(word => text.includes(word))
    })
  }
}
