/** What a class is called: by its name where it is known, else by its number. */
export function classNameOf(names: readonly string[] | undefined, label: number): string {
  return names?.[label] || `class ${label}`;
}

/** Name of a class, which came with the data: as text, however long. */
export function ClassName({ names, label }: { names: readonly string[] | undefined; label: number }) {
  return <bdi className="[overflow-wrap:anywhere]">{classNameOf(names, label)}</bdi>;
}
