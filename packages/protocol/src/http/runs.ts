import { z } from "zod";
import { count, name, runId, text } from "../fields.js";
import { runConfig } from "../runs/run-config.js";
import { runRecord, runState } from "../runs/run-record.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";
import { commaList, wholeNumber } from "./query-fields.js";

/** Longest page of most lists. */
const MAX_PAGE = 1_000;

/** Path of everything that belongs to one run. */
export const runParams = z.strictObject({ run_id: runId.describe("of the run, a ULID") });

/** Text to look for; PostgreSQL holds no NUL. */
const searchText = z
  .string()
  .min(1)
  .max(200)
  .refine((input) => !input.includes("\u0000"), { error: "expected text without NUL" });

const limit = wholeNumber(1, MAX_PAGE).default(50).describe("most entries of the answer");
const offset = wholeNumber(0, 1_000_000_000).default(0).describe("entries to leave out");
const time = z.iso.datetime({ offset: true });

/** Query of `GET /api/runs`. */
export const runListQuery = z.strictObject({
  project: name.optional().describe("of one project"),
  state: commaList(runState, 8).optional().describe("in one of these states"),
  mode: z.enum(["centralized", "federated"]).optional(),
  tag: name.optional().describe("that have this tag"),
  search: searchText.optional().describe("part of the name, the notes or a tag, or the beginning of the id"),
  created_after: time.optional(),
  created_before: time.optional(),
  sort: z.enum(["created_at", "started_at", "ended_at", "experiment_name", "state"]).default("created_at"),
  order: z.enum(["asc", "desc"]).default("desc"),
  limit,
  offset,
});

/** Answer of `GET /api/runs`. */
export const runList = z.object({
  runs: z.array(runRecord.wireSchema),
  total: count.describe("runs that match, on all pages"),
});

/** Body of `POST /train`. */
export const centralizedRunConfig = runConfig.wireSchema.omit({ mode: true });

/** Answer of `POST /api/runs` and `POST /train`. */
export const runStarted = z.object({ run_id: runId });

/** Answer of what is asked of a run and done by its process. */
export const runAsked = z.object({ run_id: runId, state: runState.describe("when it was asked") });

/** Body of `PATCH /api/runs/{run_id}`: what is absent stays. */
export const runChanges = defineWireObject(
  {
    experimentName: name.optional(),
    tags: z.array(name).max(32).optional().describe("all that it has from now on"),
    notes: text.optional(),
  },
  { unknownFields: "refuse" },
);

/** Body of `POST /api/runs/{run_id}/stop` and `/pause`. */
export const runRequest = z.strictObject({
  reason: text.optional().describe("for whoever reads the run's events"),
});

/** A group of runs. */
export const projectRecord = defineWireObject({ name, numRuns: count, createdAt: z.iso.datetime() });
export type ProjectRecord = ValueOfWireObject<typeof projectRecord>;

/** Query of lists that are short by nature. */
export const pageQuery = z.strictObject({ limit, offset });

/** Answer of `GET /api/projects`. */
export const projectList = z.object({ projects: z.array(projectRecord.wireSchema), total: count });

/** Body of `POST /api/runs/prune`: which runs that are over to remove. At least one bound is given. */
export const pruneRequest = defineWireObject(
  {
    olderThanDays: z.int().min(0).max(36_500).optional().describe("nothing happened in them for so long"),
    keepLast: z.int().min(0).max(1_000_000).optional().describe("newest runs that stay in any case"),
    states: z
      .array(z.enum(["completed", "stopped", "failed", "lost"]))
      .min(1)
      .max(4)
      .optional(),
    dryRun: z.boolean().default(false).describe("only tell which"),
  },
  { unknownFields: "refuse" },
);

/** A run that was removed, or would be. */
export const prunedRun = defineWireObject({
  runId,
  experimentName: name,
  state: runState,
  lastChangeAt: z.iso.datetime(),
});

/** Answer of `POST /api/runs/prune`. */
export const pruned = z.object({ runs: z.array(prunedRun.wireSchema), is_dry_run: z.boolean() });
