import { z } from "zod";
import { count, metricValue, name, ordinal, runId, text } from "../fields.js";
import { metricPoint, runMetrics } from "../runs/run-record.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";
import { commaList, repeated, wholeNumber } from "./query-fields.js";

/** Longest page of a run's metric values. */
const MAX_POINTS = 10_000;

const phase = z.enum(["train", "val", "test"]);
const which = {
  name: repeated(name, 100).optional().describe("of these metrics"),
  phase: phase.optional(),
  client_id: name.optional().describe("of one client"),
  of: z
    .enum(["run", "all"])
    .default("all")
    .describe("run: only metrics of the whole run, none of single clients"),
};
const x = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** Query of `GET /api/runs/{run_id}/metrics`. */
export const metricsQuery = z.strictObject({
  ...which,
  after: z.string().min(1).max(512).optional().describe("the `next` of the page before"),
  limit: wholeNumber(1, MAX_POINTS).default(1_000).describe("most points of the answer"),
  thin: wholeNumber(1, 10_000).optional().describe("lines for a chart of so many parts, in place of points"),
  from: x.optional().describe("with thin: the chart's left edge"),
  to: x.optional().describe("with thin: the chart's right edge"),
  format: z.enum(["json", "csv"]).default("json").describe("csv: every point, whatever the limit"),
});

/** A line thinned out for a chart: each part of it by its smallest, largest and last value. */
export const thinnedSeries = defineWireObject({
  name,
  phase,
  clientId: name.optional(),
  /** How many values there are, and how many of them are NaN. */
  numPoints: count,
  numNan: count,
  points: z.array(z.object({ x: count, value: metricValue })),
});

/** Answer of `GET /api/runs/{run_id}/metrics`. */
export const metricsAnswer = runMetrics.wireSchema.extend({
  points: z.array(metricPoint.wireSchema).describe("line by line, in order of x; none with thin"),
  next: z.string().nullable().describe("what `after` gets for the next page; null after the last one"),
  series: z.array(thinnedSeries.wireSchema).optional().describe("with thin"),
});

export type ThinnedSeries = ValueOfWireObject<typeof thinnedSeries>;

/** Query of `GET /api/runs/metrics`: the same lines of several runs. */
export const metricsOfRunsQuery = z.strictObject({
  run_id: commaList(runId, 100).describe("of these runs"),
  name: repeated(name, 16).describe("of these metrics of the whole run"),
  phase: phase.optional(),
  thin: wholeNumber(1, 2_000).default(40).describe("parts of each line"),
});

/** Answer of `GET /api/runs/metrics`: runs that there are, in the order of the query. */
export const metricsOfRuns = z.object({
  runs: z.array(z.object({ run_id: runId, series: z.array(thinnedSeries.wireSchema) })),
});

/** Query of `GET /api/runs/{run_id}/spread`. */
export const spreadQuery = z.strictObject({
  name: name.describe("a metric that clients report, such as train_loss"),
  from: wholeNumber(1, Number.MAX_SAFE_INTEGER).default(1).describe("first round"),
  to: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional().describe("last round; the newest when absent"),
  parts: wholeNumber(1, 500).default(200).describe("most rounds of the answer, evenly chosen"),
});

/** How one metric lies among the clients of a round; NaN and infinities are only counted. */
export const roundSpread = defineWireObject({
  round: ordinal,
  numClients: count.describe("with a finite value"),
  numNotFinite: count,
  min: z.number(),
  p10: z.number(),
  median: z.number(),
  p90: z.number(),
  max: z.number(),
  minClientId: name.describe("whose value is the smallest"),
  maxClientId: name,
});
export type RoundSpread = ValueOfWireObject<typeof roundSpread>;

/** Answer of `GET /api/runs/{run_id}/spread`: rounds in order, those without a finite value left out. */
export const spreadAnswer = z.object({ name, rounds: z.array(roundSpread.wireSchema) });

/** Query of `GET /api/runs/{run_id}/series`. */
export const seriesQuery = z.strictObject({
  ...which,
  limit: wholeNumber(1, MAX_POINTS).default(1_000),
  offset: wholeNumber(0, 1_000_000_000).default(0),
});

/** What lines there are of a run. */
export const seriesRecord = defineWireObject({ name, phase, clientId: name.optional() });

/** Answer of `GET /api/runs/{run_id}/series`. */
export const seriesList = z.object({ series: z.array(seriesRecord.wireSchema), total: count });

/** Query of `GET /api/runs/{run_id}/logs`. */
export const logsQuery = z.strictObject({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0).describe("the `next` of the page before"),
  limit: wholeNumber(1, 1_000).default(1_000),
});

/** A line that a run's process said. */
export const logLine = z.object({
  position: count,
  timestamp: z.iso.datetime(),
  level: z.enum(["info", "warning", "error"]),
  message: text,
  attempt: count.optional(),
});

/** Answer of `GET /api/runs/{run_id}/logs`. */
export const logList = z.object({ run_id: runId, logs: z.array(logLine), next: count.nullable() });
