import { z } from "zod";
import { count, metricValue, name, runId, text } from "../fields.js";
import { metricPoint, runMetrics } from "../runs/run-record.js";
import { defineWireObject } from "../wire-object.js";
import { repeated, wholeNumber } from "./query-fields.js";

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
