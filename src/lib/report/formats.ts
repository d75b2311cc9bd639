/** The formats of a result. Each has a file of its own in this folder. */
export const FORMATS = ['text', 'json', 'github', 'markdown', 'junit'] as const

export type Format = (typeof FORMATS)[number]

/** The formats of the result of a compile. */
export const COMPILE_FORMATS = FORMATS.filter(format => format !== 'markdown')

/** Formats that are one document at the end, made for programs; nothing else goes to stdout with them. */
export type DocumentFormat = Exclude<Format, 'text'>
