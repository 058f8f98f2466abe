/** What is written at ticks: more exactly than elsewhere where neighbours would read the same. */
export function tickLabels(
  ticks: readonly (number | null)[],
  format: (value: number | undefined) => string,
): string[] {
  const labels = ticks.map((tick) => (tick === null ? "" : format(tick)));
  const written = labels.filter((label) => label !== "");
  if (new Set(written).size === written.length) return labels;
  for (let digits = 2; digits < 9; digits += 1) {
    const exact = new Intl.NumberFormat(undefined, { maximumSignificantDigits: digits });
    const more = ticks.map((tick) => (tick === null ? "" : exact.format(tick)));
    if (new Set(more.filter((label) => label !== "")).size === written.length) return more;
  }
  return labels;
}
