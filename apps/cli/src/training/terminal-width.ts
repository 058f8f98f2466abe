/** Characters in a line: the user's word, else the terminal's own, else 80. */
export function terminalWidth(environment: Readonly<Record<string, string | undefined>>): number {
  return Number(environment.COLUMNS) || (process.stdout.columns ?? 80);
}
