import type { Subject } from "./subject.js";

/** How far one looks, since one looks often in a flood. */
const MAX_LOOKED_AT = 64;

/**
 * Which of many subjects to let go, those judged longest ago first: one of which nothing is wrong, or else one that is
 * pending. One that fires only if it may be forgotten.
 */
export function whoMayLeave(subjects: Iterable<Subject>, mayForget: boolean): Subject | undefined {
  let [pending, oldest]: (Subject | undefined)[] = [];
  let numLookedAt = 0;
  for (const subject of subjects) {
    if (subject.phase === "clear") return subject;
    oldest ??= subject;
    if (subject.phase === "pending") pending ??= subject;
    numLookedAt += 1;
    if (numLookedAt === MAX_LOOKED_AT) break;
  }
  return pending ?? (mayForget ? oldest : undefined);
}
