export const governance = {
  mode: 'sdk' as const,
  preset: 'security' as const,
}
