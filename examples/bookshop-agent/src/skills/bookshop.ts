import { LuaSkill } from 'lua-cli'
import { FindBookTool } from '../tools/find-book.js'
import { ReserveBookTool } from '../tools/reserve-book.js'

export const bookshopSkill = new LuaSkill({
  name: 'bookshop',
  description: 'Finds books in the shop and reserves them',
  context:
    'Use find_book before you name a price or say that a book is in stock. Reserve only when asked to.',
  tools: [new FindBookTool(), new ReserveBookTool()],
})
