import type { RoundSummary } from "@fedloom/protocol";
import type { ClientRound, RoundView, Tally } from "./run-view.js";

const NONE: Tally = { numOk: 0, numRejected: 0, numFailed: 0, numTimeout: 0, bytesUp: 0, bytesDown: 0 };
const FIELDS = Object.keys(NONE) as (keyof Tally)[];

const FIELD_OF = {
  ok: "numOk",
  rejected: "numRejected",
  failed: "numFailed",
  timeout: "numTimeout",
} as const;

/** The sums with one client added, in place of what it said before. */
export function withClient(tally: Tally = NONE, before: ClientRound | undefined, after: ClientRound): Tally {
  const sums = { ...tally };
  add(sums, before, -1);
  add(sums, after, 1);
  return sums;
}

/** The sums that storage tells of a round. */
export function tallyOf(summary: RoundSummary): Tally {
  const sums = { ...NONE } as Record<keyof Tally, number>;
  for (const field of FIELDS) sums[field] = summary[field];
  return sums;
}

/** What is shown of both sums: each only rises, so the greater is the newer. */
export function shownTally({ heard, stored }: Pick<RoundView, "heard" | "stored">): Partial<Tally> {
  if (!heard || !stored) return heard ?? stored ?? {};
  const sums = { ...NONE } as Record<keyof Tally, number>;
  for (const field of FIELDS) sums[field] = Math.max(heard[field], stored[field]);
  return sums;
}

function add(sums: Record<keyof Tally, number>, client: ClientRound | undefined, sign: 1 | -1): void {
  if (!client || !(client.status in FIELD_OF)) return;
  sums[FIELD_OF[client.status as keyof typeof FIELD_OF]] += sign;
  sums.bytesUp += sign * (client.bytesUp ?? 0);
  sums.bytesDown += sign * (client.bytesDown ?? 0);
}
