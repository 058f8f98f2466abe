import { z } from "zod";
import { bytes, count, metrics, metricValue, name, ordinal, runId, text } from "../fields.js";
import { runState } from "../runs/run-record.js";
import { defineEvent } from "./define-event.js";

/** Most classes whose names are told. */
export const MAX_CLASS_NAMES = 64;

/** Sent first, so that a viewer knows which view to show. */
export const trainingMode = defineEvent("training_mode", {
  runId,
  isFederated: z.boolean(),
  numRounds: count,
  numClients: count,
});

export const trainingStart = defineEvent("training_start", {
  runId,
  experimentName: name,
  trainingMode: z.enum(["centralized", "federated"]),
  numClients: count.optional(),
  numRounds: count.optional(),
  localEpochs: count.optional(),
  totalEpochs: count.optional(),
  strategy: name.optional(),
  backend: text.optional(),
  dataset: text.optional(),
  model: name.optional(),
  /** By label, where there are few enough to be told. */
  classNames: z.array(text).max(MAX_CLASS_NAMES).optional(),
  seed: z.int().optional(),
  /** Which start of the run this is, from 1; absent for the first. */
  attempt: ordinal.optional(),
  /** The round or epoch after which it goes on: what an earlier attempt said of later ones no longer counts. */
  resumedFrom: count.optional(),
});

export const epochStart = defineEvent("epoch_start", { runId, epoch: ordinal, totalEpochs: ordinal });

export const epochEnd = defineEvent("epoch_end", {
  runId,
  epoch: ordinal,
  totalEpochs: ordinal.optional(),
  phase: z.enum(["train", "val"]),
  metrics,
});

export const earlyStopping = defineEvent("early_stopping", {
  runId,
  epoch: ordinal.optional(),
  round: ordinal.optional(),
  bestMetricValue: metricValue,
  metricName: name,
  patience: count,
  reason: text,
});

export const checkpoint = defineEvent("checkpoint", {
  runId,
  round: ordinal.optional(),
  epoch: ordinal.optional(),
  path: text.optional(),
  id: name.optional(),
  bytes,
  isBest: z.boolean(),
});

export const error = defineEvent("error", {
  runId,
  error: text,
  errorType: name,
  clientId: name.optional(),
  fatal: z.boolean(),
});

export const trainingEnd = defineEvent("training_end", {
  runId,
  status: z.enum(["completed", "stopped", "failed"]),
  experimentName: name,
  bestEpoch: ordinal.optional(),
  bestRound: ordinal.optional(),
  bestValAccuracy: metricValue.optional(),
  bestValRecall: metricValue.optional(),
  totalRounds: count.optional(),
  totalEpochs: count.optional(),
  /** `H:MM:SS`. */
  trainingDuration: z.string().regex(/^\d+:[0-5]\d:[0-5]\d$/, { error: "expected H:MM:SS" }),
  durationSeconds: z.number().min(0),
  finalMetrics: metrics,
});

/** What became of the run as a whole, said by whoever looks after it. */
export const runStateEvent = defineEvent("run_state", {
  runId,
  state: runState,
  reason: text.optional(),
  attempt: count.optional(),
});

/** A line of text from the run's process. */
export const log = defineEvent("log", {
  runId,
  level: z.enum(["info", "warning", "error"]),
  message: text,
  attempt: count.optional(),
});
