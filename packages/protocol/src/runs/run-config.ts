import { z } from "zod";
import { MAX_TEXT_LENGTH, name, optionTree, ordinal } from "../fields.js";
import { defineWireObject, type InputOfWireObject, type ValueOfWireObject } from "../wire-object.js";

const MAX_TAGS = 32;
const MAX_HOOKS = 16;

/** Ways to deal samples out to simulated clients. */
export const partition = z.enum([
  "dirichlet",
  "iid",
  "dirichlet-per-client",
  "shards",
  "pathological",
  "quantity",
  "power-law",
  "feature",
]);

/** What acts on a round beside the strategy, in the order of the list. */
export const hookName = z.enum([
  "reject-invalid",
  "clip-update",
  "cap-share",
  "filter-tensors",
  "compress-updates",
  "add-noise",
  "central-privacy",
]);

const earlyStopping = z.object({
  metric: name.default("val_loss").describe("what has to improve, such as val_loss, val_auroc or train_loss"),
  mode: z
    .enum(["min", "max"])
    .optional()
    .describe("which values are good; min for losses and errors when absent"),
  patience: ordinal.max(10_000).describe("rounds or epochs in a row without an improvement"),
  minDelta: z.number().min(0).default(0).describe("an improvement is one by more than this"),
  restoreBest: z.boolean().default(false).describe("end with the weights of the best round or epoch"),
});

const optimizer = z.object({
  name: z.enum(["sgd", "adam"]),
  momentum: z.number().min(0).lt(1).optional().describe("of sgd"),
  nesterov: z.boolean().optional().describe("of sgd"),
  beta1: z.number().min(0).lt(1).optional().describe("of adam"),
  beta2: z.number().min(0).lt(1).optional().describe("of adam"),
  epsilon: z.number().positive().optional().describe("of adam"),
  weightDecay: z.number().min(0).optional(),
});

/** What `POST /api/runs` takes, what the dashboard's form makes, and what a run's process is given. */
export const runConfig = defineWireObject(
  {
    project: name.default("default").describe("group of runs that it belongs to"),
    experimentName: name.default("pneumonia").describe("what the run is called"),
    tags: z.array(name).max(MAX_TAGS).default([]).describe("words to find it by"),
    notes: z.string().max(MAX_TEXT_LENGTH).default("").describe("anything worth knowing"),
    mode: z
      .enum(["federated", "centralized"])
      .default("federated")
      .describe("rounds over clients, or epochs in one place"),
    data: z
      .enum(["synthetic-xrays", "blobs", "two-spirals"])
      .optional()
      .describe("made-up data; chest X-rays when there is no path either"),
    dataPath: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe("MedMNIST .npz, CSV table, or folder of images or of MNIST's files, on the server"),
    dataOptions: optionTree.optional().describe("how to read the data, such as the label's column"),
    model: name.optional().describe("by name; one that fits the samples when absent"),
    strategy: name.default("fedavg").describe("how updates become weights"),
    strategyOptions: optionTree.optional().describe("of the strategy, selection among them"),
    hooks: z
      .array(z.object({ name: hookName, options: optionTree.optional() }))
      .max(MAX_HOOKS)
      .optional()
      .describe("what acts on each round; reject-invalid alone when absent"),
    privacyDelta: z
      .number()
      .positive()
      .lt(1)
      .optional()
      .describe("for the hook central-privacy: the delta at which epsilon is told"),
    numRounds: ordinal.max(10_000).default(5).describe("of a federated run"),
    numEpochs: ordinal.max(10_000).default(10).describe("of a centralized run"),
    numClients: ordinal.max(1_000).default(5).describe("among which samples are dealt out"),
    partition: partition.default("dirichlet").describe("how samples are dealt out"),
    dirichletAlpha: z
      .number()
      .positive()
      .max(1_000_000)
      .default(0.5)
      .describe("of the Dirichlet partitions: the smaller, the more clients differ"),
    partitionOptions: optionTree.optional().describe("what else the partition takes"),
    holdout: z.number().min(0).max(0.9).default(0).describe("share that each client keeps to evaluate on"),
    quorum: ordinal.max(1_000).optional().describe("fewest updates from which a round is aggregated"),
    deadlineMs: ordinal.optional().describe("longest that clients may train in a round"),
    localEpochs: ordinal
      .max(1_000)
      .optional()
      .describe("passes over a client's samples a round; the model's recommendation when absent"),
    batchSize: ordinal.max(4_096).optional().describe("samples a step; recommended when absent"),
    learningRate: z.number().positive().max(10).optional().describe("recommended when absent"),
    learningRateSchedule: optionTree.optional().describe('such as {"kind": "cosine"}'),
    optimizer: optimizer.optional().describe("recommended when absent"),
    augment: optionTree.optional().describe("how images are varied; recommended when absent"),
    earlyStopping: earlyStopping.optional().describe("ends the run once a metric improves no more"),
    seed: z.int().min(0).max(0xffff_ffff).default(1).describe("of everything random"),
    engine: z
      .enum(["auto", "tfjs-node", "wasm", "cpu"])
      .default("auto")
      .describe("what computes; auto takes the fastest that is there"),
  },
  { unknownFields: "refuse" },
);

export type RunConfig = ValueOfWireObject<typeof runConfig>;
export type RunConfigInput = InputOfWireObject<typeof runConfig>;
