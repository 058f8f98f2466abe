import { z } from "zod";
import { bytes, count, durationMs, metrics, metricValue, name, ordinal, runId, text } from "../fields.js";
import { defineEvent } from "./define-event.js";

export const clientProgress = defineEvent(
  "client_progress",
  {
    runId,
    round: ordinal,
    clientId: name,
    localEpoch: ordinal,
    totalLocalEpochs: ordinal,
    trainLoss: metricValue,
    learningRate: z.number(),
    metrics: metrics.optional(),
  },
  { gauge: { by: ["clientId"] } },
);

export const clientComplete = defineEvent("client_complete", {
  runId,
  round: ordinal,
  clientId: name,
  numSamples: count,
  metrics,
  durationMs,
  bytesUp: bytes,
  bytesDown: bytes,
  status: z.enum(["ok", "failed", "rejected", "timeout"]),
  error: text.optional(),
});
