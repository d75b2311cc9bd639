/**
 * A passage cut into the pieces that a merge may treat apart: its sentences, and the white space between them. Where a
 * sentence may or may not end, it does not: a piece that is too long makes a conflict, one that is too short makes a
 * text that nobody wrote. Pure.
 */

/** Longer pieces are cut at the items of a list or the cells of a table in them. */
const LONG = 200
/** A longer line is one piece, and a longer sentence is not cut. */
const VAST = 20_000
/** Where a sentence ends shows in so many characters before the place. */
const TAIL = 2_000

let segmenter: Intl.Segmenter | undefined

/** The pieces in order; joined, they are the lines again. */
export function sentences(lines: readonly string[]): string[] {
  const found: string[] = []
  let tail = ''
  for (const segment of lines.flatMap((line, index) => segmentsOf(line, index < lines.length - 1))) {
    const isNew = found.length === 0 || endsBetween(tail, segment)
    found.push(isNew ? segment : `${found.pop()}${segment}`)
    tail = `${isNew ? '' : tail}${segment}`.slice(-TAIL)
  }
  // Where there is no white space between two sentences, an empty piece keeps their changes from touching.
  return found
    .flatMap((sentence, index) => (index === 0 ? apart(sentence) : ['', ...apart(sentence)]))
    .flatMap(sentence => (sentence.length > LONG && sentence.length <= VAST ? itemsOf(sentence) : [sentence]))
}

/** Line by line: the time that the segmenter takes grows with the square of a text. */
function segmentsOf(line: string, goesOn: boolean): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'sentence' })
  const segments = line.length > VAST ? [line] : Array.from(segmenter.segment(line), ({ segment }) => segment)
  if (goesOn) segments.push(`${segments.pop() ?? ''}\n`)
  return segments
}

/** A sentence without the white space around it, which is no part of it. */
function apart(sentence: string): string[] {
  const start = sentence.length - sentence.trimStart().length
  const end = Math.max(start, sentence.trimEnd().length)
  return [sentence.slice(0, start), sentence.slice(start, end), sentence.slice(end)].filter(
    piece => piece !== '',
  )
}

const TERMINATED = /[\p{Sentence_Terminal}…>|][)\]"'”’»*_`]*$/u
/** The beginning of a list item, a heading, a table row, a quotation or a tag. */
const MARKED = /^\s*(?:[-*+•#>|<]|\d+[.)]\s)/
const HEADING = /(?:^|\n)\s*#+\s[^\n]*$/
const GOES_ON = /^[\s("'“‘«*_`]*[\p{Ll}\p{N}]/u
/** An unfinished line of this length was probably wrapped, whatever the next one begins with. */
const WRAPPED = 30

/** Does one sentence end and another begin here? Of long texts the last characters before the place will do. */
function endsBetween(before: string, after: string): boolean {
  const text = before.trimEnd()
  const gap = before.slice(text.length)
  if (!gap.includes('\n')) return !GOES_ON.test(after) && !isAbbreviated(text)
  if (/\n\s*\n/.test(gap) || text === '') return true
  // What a colon leads to belongs to it: "Never:", "Always:".
  if (/[:：]$/.test(text)) return false
  return TERMINATED.test(text) || MARKED.test(after) || HEADING.test(text)
}

/**
 * Lines, those of a sentence that was wrapped as one: `lines` of it joined by line feeds. Lines that lead to no end of a
 * sentence are a list, or verse, each of its own.
 */
export function withWrapped(lines: readonly string[]): string[] {
  const passages: string[] = []
  let isFinished = false
  for (const [index, line] of [...lines.entries()].reverse()) {
    const next = lines[index + 1] ?? ''
    const text = line.slice(-TAIL).trimEnd()
    const isEnd = text === '' || next.trim() === '' || TERMINATED.test(text) || endsBetween(`${text}\n`, next)
    isFinished = isEnd ? TERMINATED.test(text) : isFinished
    const goesOn =
      !isEnd && isFinished && (GOES_ON.test(next) || text.endsWith(',') || text.length >= WRAPPED)
    if (goesOn) passages.push(`${line}\n${passages.pop()}`)
    else passages.push(line)
  }
  return passages.reverse()
}

const ABBREVIATIONS = new Set(
  `al am approx apr aug ave blvd bzw ca cf co corp dec dept dr ed eg est etc excl ext feb fig ft fri hr hrs ie inc incl
  jan jr jul jun ltd mar max min mon mr mrs ms no nov nr oct pm pp prof rd resp sat sep sept sq sr st str sun tel thu
  tue usw vol vs wed`.split(/\s+/),
)

/** Is the last full stop one of an abbreviation, an initial or a number? */
function isAbbreviated(text: string): boolean {
  const word = /([\p{L}\p{N}.]+)\.$/u.exec(text.slice(-40))?.[1]
  if (word === undefined) return false
  if (word.length === 1 || word.includes('.') || /^\d+$/.test(word)) return true
  // St., Ave., Bros.: a sentence that ends with a short name is taken for one as well.
  if (/^\p{Lu}\p{Ll}{1,4}$/u.test(word)) return true
  return ABBREVIATIONS.has(word.toLowerCase()) || word.toLowerCase().endsWith('str')
}

/** Cells of a table row, items of a list within one line, and what stands between them. */
function itemsOf(sentence: string): string[] {
  const isTable = (sentence.match(/\|/g)?.length ?? 0) >= 3
  const between = isTable ? /(\s*\|\s*)/ : /(;\s+|\s+[•·]\s+)/
  const pieces = sentence.split(between).filter(piece => piece !== '')
  // One semicolon joins two halves of a sentence; a list has more.
  return pieces.length >= 5 ? pieces : [sentence]
}
