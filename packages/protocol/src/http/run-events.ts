import { z } from "zod";
import { metaSchema } from "../envelope.js";
import { eventTypes } from "../events/registry.js";
import { count } from "../fields.js";
import { commaList, wholeNumber } from "./query-fields.js";

/** Query of `GET /api/runs/{run_id}/events`. */
export const eventsQuery = z.strictObject({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("position after which to begin: the `next` of the page before; 0 when absent"),
  limit: wholeNumber(1, 1_000).default(1_000).describe("most events of the answer"),
  type: commaList(z.enum(eventTypes), 32).optional().describe("of these types only"),
  format: z
    .enum(["json", "jsonl", "csv"])
    .default("json")
    .describe("jsonl and csv: every event after that position, whatever the limit"),
});

/** Where a stream of server-sent events goes on, as browsers say it. */
export const eventsHeaders = z.object({
  "last-event-id": z
    .string()
    .regex(/^\d{1,16}$/, { error: "expected a position" })
    .optional()
    .describe("position after which a stream of server-sent events goes on"),
});

/** An event as it was received, with its place among all that are stored. */
export const storedEvent = z.object({
  position: count.describe("the order in which events were stored"),
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
  meta: metaSchema,
});
export type StoredWireEvent = z.output<typeof storedEvent>;

/** Answer of `GET /api/runs/{run_id}/events`. */
export const eventList = z.object({
  events: z.array(storedEvent),
  next: count.nullable().describe("what `after` gets for the next page; null after the last one"),
});
