import { formatBytes } from "../../ui/format.js";

/** What a file of this name is taken for; undefined for what cannot be uploaded. */
export function kindOfFile(name: string): "npz" | "csv" | undefined {
  const ending = /\.(npz|csv)$/i.exec(name)?.[1];
  return ending?.toLowerCase() as "npz" | "csv" | undefined;
}

/** Why a file need not be sent; undefined where the server may take it. */
export function refusalOfFile(
  { name, size }: { name: string; size: number },
  limitBytes: number,
): string | undefined {
  if (kindOfFile(name) === undefined) return `Expected a file that ends in .npz or .csv, received ${name}.`;
  if (size === 0) return `Expected samples, received the empty file ${name}.`;
  if (size > limitBytes) return `Expected at most ${formatBytes(limitBytes)}, received ${formatBytes(size)}.`;
  return undefined;
}
