/** A data set's name after its file or folder: `data/PneumoniaMNIST.npz` -> `pneumoniamnist`. */
export function dataName(path: string): string {
  const file = path.split(/[\\/]/).findLast((part) => part !== "") ?? "";
  const stem = file.replace(/\.(?:npz|csv|tsv)$/i, "").toLowerCase();
  return stem.replace(/[^a-z0-9_.-]+/g, "-").slice(0, 64) || "dataset";
}
