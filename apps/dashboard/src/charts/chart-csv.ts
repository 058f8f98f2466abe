import type { ChartLine, ChartX } from "./chart-props.js";
import { xKinds } from "./chart-x.js";
import { joinColumns } from "./join-columns.js";

/** The rows as comma-separated values in full precision, times in ISO 8601. */
export function chartCsv(lines: readonly ChartLine[], kind: ChartX): string {
  const { x, columns } = joinColumns(lines);
  const head = [xKinds[kind].head.toLowerCase(), ...lines.map(({ label }) => label)];
  const rows = x.map((value, row) => [
    kind === "time" ? new Date(value).toISOString() : String(value),
    ...columns.map((column) => String(column[row] ?? "")),
  ]);
  return [head, ...rows].map((cells) => cells.map(quoted).join(",")).join("\n");
}

/** A cell as spreadsheets read it; one that begins like a formula is kept from being one. */
function quoted(text: string): string {
  const plain = /^[=+@\t\r]|^-(?!\d|Infinity)/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
