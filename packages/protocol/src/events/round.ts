import { z } from "zod";
import { count, durationMs, metrics, name, ordinal, runId } from "../fields.js";
import { defineEvent } from "./define-event.js";

export const roundStart = defineEvent("round_start", {
  runId,
  round: ordinal,
  totalRounds: ordinal,
  participatingClients: count,
  clientIds: z.array(name).max(10_000).optional(),
});

/** Without `clientId` it is the server's view of the round. */
export const roundEnd = defineEvent("round_end", {
  runId,
  round: ordinal,
  totalRounds: ordinal,
  clientId: name.optional(),
  fitMetrics: metrics,
  evalMetrics: metrics,
  durationMs,
});

/** The server's evaluation of the aggregated model. */
export const roundMetrics = defineEvent("round_metrics", {
  runId,
  round: ordinal,
  totalRounds: ordinal,
  metrics,
});
