import { z } from "zod";
import { count, metricValue, name, ordinal, runId, text } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";
import { wholeNumber } from "./query-fields.js";

const MAX_CLASS = 255;
const MAX_SAMPLES = 2 ** 31 - 1;
const kind = z.enum(["best", "last"]);
const part = z.enum(["test", "val"]);
const share = z.number().min(0).max(1);
/** JSON has no NaN, which is what a model says that has diverged. */
const perhaps = z.number().nullable();
const classNumber = wholeNumber(0, MAX_CLASS);

/** Query of `GET /api/runs/{run_id}/predictions`. */
export const predictionsQuery = z.strictObject({
  kind: kind.default("best").describe("the model of the best step, or of the last one"),
  part: part.default("test").describe("which samples"),
  filter: z.enum(["all", "mistakes", "correct"]).default("all"),
  label: classNumber.optional().describe("only samples of this class"),
  predicted: classNumber.optional().describe("only samples that the model takes for this class"),
  sort: z
    .enum(["loss", "confidence", "index"])
    .default("loss")
    .describe("the largest loss first (the worst mistakes), the least certain first, or as in the data"),
  limit: wholeNumber(1, 100).default(24).describe("most samples of the answer"),
  offset: wholeNumber(0, MAX_SAMPLES).default(0).describe("samples to pass over"),
  activation_of: z
    .union([z.literal("predicted"), classNumber], {
      error: `expected predicted, or a class from 0 to ${MAX_CLASS}`,
    })
    .default("predicted")
    .describe("which class the activation maps are about"),
});
export type PredictionsQuery = z.output<typeof predictionsQuery>;

const pixels = z.base64().describe("one byte a value, row after row");

/** What a model says of one sample. */
const prediction = z.object({
  index: count.describe("in its part of the data"),
  label: count.describe("the true class"),
  predicted: count,
  probabilities: z.array(perhaps).describe("by class; null from a model that has diverged"),
  confidence: perhaps.describe("the probability of the predicted class"),
  loss: perhaps,
  pixels: pixels.optional().describe("of an image: height x width x channels, one byte each"),
  activation: z
    .object({ label: count.describe("the class that it is about"), pixels })
    .optional()
    .describe("what in the image speaks for a class: height x width, 255 where most"),
});
export type Prediction = z.output<typeof prediction>;

/** Answer of `GET /api/runs/{run_id}/predictions`: how a model does on a part of the data, and a page of its samples. */
export const runPredictions = defineWireObject({
  runId,
  kind,
  checkpointId: name,
  mode: z.enum(["centralized", "federated"]),
  step: ordinal.describe("the round or epoch that the model is of"),
  part,
  dataset: text,
  isSynthetic: z.boolean(),
  classNames: z.array(text),
  numSamples: count,
  numMistakes: count,
  imageShape: z.array(count).nullable().describe("height, width and channels; null for other samples"),
  hasActivation: z.boolean().describe("whether the model can show where it looks"),
  loss: metricValue,
  accuracy: metricValue,
  auroc: metricValue,
  confusion: z
    .array(z.array(count))
    .nullable()
    .describe("rows by true class, columns by predicted one; null for more than 32 classes"),
  roc: z
    .array(z.object({ falsePositiveRate: share, truePositiveRate: share }))
    .nullable()
    .describe("the corners of the exact curve, at most 200 of them; null unless there are two classes"),
  total: count.describe("samples that the query is about, on all pages"),
  samples: z.array(prediction),
});
export type RunPredictions = ValueOfWireObject<typeof runPredictions>;
