/** Name of a class, which came with the data: as text, however long. */
export function ClassLabel({ names, label }: { names: readonly string[]; label: number }) {
  return <bdi className="[overflow-wrap:anywhere]">{classNameOf(names, label)}</bdi>;
}

export function classNameOf(names: readonly string[], label: number): string {
  return names[label] || `class ${label}`;
}
