import canonicalize from 'canonicalize'

/** JSON as one text for all that means the same: canonical by RFC 8785 (keys sorted), then indented for people. */
export function canonical(value: unknown): string {
  return JSON.stringify(JSON.parse(canonicalize(value) ?? 'null'), null, 2)
}
