import type { ResultGroup } from "./compare-results.js";

/** The results as a CSV file: a measure a line, a run a column; values as they are, not as they are shown. */
export function resultsCsv(
  runs: readonly { runId: string; name: string }[],
  groups: readonly ResultGroup[],
): string {
  const lines = [
    ["group", "measure", ...runs.map(({ name }) => name)],
    ["", "run_id", ...runs.map(({ runId }) => runId)],
    ...groups.flatMap(({ title, rows }) => rows.map(({ label, values }) => [title, label, ...values])),
  ];
  return lines.map((line) => `${line.map(cell).join(",")}\n`).join("");
}

function cell(value: string | number | undefined): string {
  if (typeof value !== "string") return value === undefined ? "" : String(value);
  // Text that a spreadsheet would take for a formula gets an apostrophe, which makes it text.
  const plain = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
