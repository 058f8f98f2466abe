import { z } from "zod";
import { durationMs, MAX_ORDINAL, name, ordinal } from "../fields.js";
import { wholeNumber } from "./query-fields.js";

/** Most rounds of one answer. */
export const MAX_TIMELINE_ROUNDS = 200;
/** Most clients of one answer. */
const MAX_CLIENTS = 1_000;

/** How a client ended in a round, in one letter; `.` for one that said nothing in it. */
export const timelineLetters = { ok: "o", failed: "f", rejected: "r", timeout: "t" } as const;

/** Query of `GET /api/runs/{run_id}/timeline`: rounds by clients, small enough to draw many. */
export const timelineQuery = z.strictObject({
  from: wholeNumber(1, MAX_ORDINAL).default(1).describe("first round"),
  to: wholeNumber(1, MAX_ORDINAL)
    .optional()
    .describe(`last round; ${MAX_TIMELINE_ROUNDS - 1} after the first when absent, and never later`),
  after: z
    .union([name, z.literal("")])
    .default("")
    .describe("client after which to begin: the `next` of the page before"),
  limit: wholeNumber(1, MAX_CLIENTS).default(MAX_CLIENTS).describe("most clients of the answer"),
});

/** Answer of `GET /api/runs/{run_id}/timeline`. */
export const timelineAnswer = z.object({
  client_ids: z.array(name).describe("in order of their ids"),
  next: z.string().nullable().describe("what `after` gets for the next clients; null after the last one"),
  longest_ms: durationMs.describe("of all that is in the answer"),
  rounds: z.array(
    z.object({
      round: ordinal,
      statuses: z
        .string()
        .describe("a letter for each client: o ok, f failed, r rejected, t timeout, . nothing"),
      durations_ms: z
        .string()
        .describe("whole milliseconds of each client, with commas between them, empty for nothing"),
    }),
  ),
});
export type TimelineAnswer = z.output<typeof timelineAnswer>;
