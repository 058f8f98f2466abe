import { z } from "zod";
import { count, metricValue, name, ordinal, runId, text } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";

/** `lost`: the run's process was not heard of again; a later event heals it. */
export const runState = z.enum(["queued", "running", "lost", "completed", "stopped", "failed"]);
export type RunState = z.output<typeof runState>;

/** One run, as `GET /api/runs` and `GET /api/runs/{run_id}` answer it. */
export const runRecord = defineWireObject({
  runId,
  experimentName: name,
  mode: z.enum(["centralized", "federated"]),
  state: runState,
  config: z.record(z.string(), z.unknown()),
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
