import { z } from "zod";
import { count, metricValue, name, ordinal, runId, text } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";

/**
 * `silent`: its publisher was not heard of for a while; `lost`: for long, or its server is gone. A later event heals both.
 */
export const runState = z.enum([
  "queued",
  "running",
  "silent",
  "lost",
  "paused",
  "completed",
  "stopped",
  "failed",
]);
export type RunState = z.output<typeof runState>;

/** One run, as `GET /api/runs` and `GET /api/runs/{run_id}` answer it. */
export const runRecord = defineWireObject({
  runId,
  project: name,
  experimentName: name,
  mode: z.enum(["centralized", "federated"]),
  state: runState,
  /** Why it is in this state, where that is not plain. */
  stateReason: text.optional(),
  config: z.record(z.string(), z.unknown()),
  /** Whether the server trains it itself, so that it can be paused and stopped; else somebody's own program publishes it. */
  isManaged: z.boolean(),
  tags: z.array(name),
  notes: text,
  /** Which start this is, from 1; 0 before the first. */
  attempt: count,
  /** Rounds or epochs that are closed, and those that were asked for. */
  step: count,
  totalSteps: count.optional(),
  /** The best round or epoch so far. */
  best: z.object({ step: ordinal, metric: name, value: metricValue }).optional(),
  /** The data of `training_end`, in its wire form. */
  summary: z.record(z.string(), z.unknown()).optional(),
  error: text.optional(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
});
export type RunRecord = ValueOfWireObject<typeof runRecord>;

/** One value of one metric of a run, as `GET /api/runs/{run_id}/metrics` answers it. */
export const metricPoint = defineWireObject({
  name,
  phase: z.enum(["train", "val", "test"]),
  /** Where it stands on a chart: the user's own counter, or the round, or the epoch. */
  x: count,
  round: ordinal.optional(),
  epoch: ordinal.optional(),
  clientId: name.optional(),
  value: metricValue,
  timestamp: z.iso.datetime(),
});
export type MetricPoint = ValueOfWireObject<typeof metricPoint>;

/** Every step's and the final metrics of a run. */
export const runMetrics = defineWireObject({
  runId,
  state: runState,
  totalRounds: count.optional(),
  bestRound: ordinal.optional(),
  durationSeconds: z.number().optional(),
  finalMetrics: z.record(name, metricValue),
});
export type RunMetrics = ValueOfWireObject<typeof runMetrics> & { points: MetricPoint[] };
