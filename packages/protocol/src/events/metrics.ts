import { z } from "zod";
import { count, metrics as metricValues, name, ordinal, runId } from "../fields.js";
import { defineEvent } from "./define-event.js";

/** Metrics of the user's own choice. Those of a batch are a gauge; all others are kept, each one. */
export const metrics = defineEvent(
  "metrics",
  {
    runId,
    metrics: metricValues,
    phase: z.enum(["train", "val", "test"]).optional(),
    round: ordinal.optional(),
    epoch: ordinal.optional(),
    /** Number of the batch within its epoch, from 1. */
    batch: ordinal.optional(),
    /** A counter of the user's own, such as the optimizer's steps. */
    step: count.optional(),
    clientId: name.optional(),
  },
  { gauge: { by: ["phase", "clientId"], when: "batch" } },
);
