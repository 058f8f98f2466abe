/** Names as they are entered, with commas between; undefined where there are none. */
export function namesOfText(text: string): string[] | undefined {
  const names = text.split(/[,\n]/).flatMap((name) => name.trim() || []);
  return names.length === 0 ? undefined : names;
}

export function textOfNames(names: readonly string[] | undefined): string {
  return (names ?? []).join(", ");
}

/** Labels as they are entered, `name=value` on each line; undefined where there are none. */
export function labelsOfText(text: string): Record<string, string> | undefined {
  const labels = text.split("\n").flatMap((line): [string, string][] => {
    if (line.trim() === "") return [];
    const [name = "", ...value] = line.split("=");
    return [[name.trim(), value.join("=").trim()]];
  });
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}

export function textOfLabels(labels: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(labels ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}
