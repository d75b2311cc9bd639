/** What a result can be told as. Each has a file of its own in this folder. */
export const FORMATS = ['text', 'json', 'github', 'markdown', 'junit'] as const

export type Format = (typeof FORMATS)[number]

/** Formats that are one document at the end, made for programs; nothing else goes to stdout with them. */
export type DocumentFormat = Exclude<Format, 'text'>
