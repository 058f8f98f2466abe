import type { OptionDescription } from "@fedloom/protocol";

/** Whether a field is described as one of another choice than the one taken, such as `of adam` beside sgd. */
export function isOfOther(about: string, taken: unknown, fields: readonly OptionDescription[]): boolean {
  const owner = /^of (\S+)$/.exec(about)?.[1];
  const choices = fields.find(({ name }) => name === "name")?.choices ?? [];
  return owner !== undefined && choices.includes(owner) && owner !== taken;
}
