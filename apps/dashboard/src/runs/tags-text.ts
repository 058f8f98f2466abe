/** Tags as they are typed, with commas between them; each once. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
}

/** Tags as they stand in a field. */
export function textOfTags(tags: readonly string[]): string {
  return tags.join(", ");
}
