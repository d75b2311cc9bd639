/** What a result can be told as. Each has a file of its own in this folder. */
export const FORMATS = ['text', 'json', 'github', 'markdown', 'junit'] as const

export type Format = (typeof FORMATS)[number]

/** What a compile can be told as. */
export const COMPILE_FORMATS = FORMATS.filter(format => format !== 'markdown')

/** Formats that are one document at the end, made for programs; nothing else goes to stdout with them. */
export type DocumentFormat = Exclude<Format, 'text'>
