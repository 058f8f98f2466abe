import { z } from "zod";
import { bytes, count, durationMs, MAX_ORDINAL, metrics, name, ordinal, runId, text } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";
import { wholeNumber } from "./query-fields.js";

const limit = wholeNumber(1, 1_000).default(100).describe("most entries of the answer");
const afterRound = wholeNumber(0, MAX_ORDINAL).default(0).describe("the `next` of the page before");
const afterClient = z
  .union([name, z.literal("")])
  .default("")
  .describe("the `next` of the page before");

/** Queries of lists by round, and of lists by client. */
export const byRoundQuery = z.strictObject({ after: afterRound, limit });
export const byClientQuery = z.strictObject({ after: afterClient, limit });

/** Path of one round of a run, and of one client. */
export const roundParams = z.strictObject({ run_id: runId, round: wholeNumber(1, MAX_ORDINAL) });
export const clientParams = z.strictObject({ run_id: runId, client_id: name.describe("percent-encoded") });

/** A round of a run, as its events tell it. */
export const roundSummary = defineWireObject({
  round: ordinal,
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  durationMs: durationMs.optional(),
  numClients: count.describe("that were asked"),
  numOk: count,
  numRejected: count,
  numFailed: count,
  numTimeout: count,
  bytesUp: bytes,
  bytesDown: bytes,
  fitMetrics: metrics.optional(),
  evalMetrics: metrics.optional(),
  metrics: metrics.optional().describe("of the server's own evaluation"),
});
export type RoundSummary = ValueOfWireObject<typeof roundSummary>;

const status = z.enum(["ok", "failed", "rejected", "timeout"]);

/** What one client did in one round. */
export const clientRound = defineWireObject({
  round: ordinal,
  clientId: name,
  status,
  numSamples: count,
  durationMs,
  bytesUp: bytes,
  bytesDown: bytes,
  metrics,
  error: text.optional(),
  endedAt: z.iso.datetime(),
});
export type ClientRound = ValueOfWireObject<typeof clientRound>;

/** A client over all rounds of a run. */
export const clientSummary = defineWireObject({
  clientId: name,
  numOk: count,
  numRejected: count,
  numFailed: count,
  numTimeout: count,
  bytesUp: bytes,
  bytesDown: bytes,
  trainingMs: durationMs,
  lastRound: ordinal,
  lastStatus: status,
  lastNumSamples: count,
  lastMetrics: metrics,
  lastError: text.optional(),
});
export type ClientSummary = ValueOfWireObject<typeof clientSummary>;

const nextRound = count.nullable().describe("what `after` gets for the next page; null after the last one");
const nextClient = z
  .string()
  .nullable()
  .describe("what `after` gets for the next page; null after the last one");

/** Answers of `GET /api/runs/{run_id}/rounds`, `/rounds/{round}/clients`, `/clients`, `/clients/{client_id}/rounds`. */
export const roundList = z.object({ rounds: z.array(roundSummary.wireSchema), next: nextRound });
export const clientsOfRound = z.object({ clients: z.array(clientRound.wireSchema), next: nextClient });
export const clientList = z.object({
  clients: z.array(clientSummary.wireSchema),
  total: count,
  next: nextClient,
});
export const roundsOfClient = z.object({ rounds: z.array(clientRound.wireSchema), next: nextRound });
