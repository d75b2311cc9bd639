import type { LuaTool } from 'lua-cli'
import { z } from 'zod'
import { CATALOGUE } from '../catalogue.js'

const inputSchema = z.object({
  isbn: z.string().regex(/^\d{13}$/),
  name: z.string().describe('Who will pick the book up'),
  days: z.number().int().min(1).max(3).default(3),
})

export class ReserveBookTool implements LuaTool {
  name = 'reserve_book'
  description = 'Reserves one copy of a book for up to 3 days'
  inputSchema = inputSchema

  async execute({ isbn, name, days }: z.infer<typeof inputSchema>) {
    const book = CATALOGUE.find(each => each.isbn === isbn)
    if (!book || book.stock === 0) return { reserved: false, reason: 'not in stock' }
    return { reserved: true, title: book.title, name, days }
  }
}
