import { z } from "zod";
import { count, text } from "../fields.js";
import { runConfig } from "../runs/run-config.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";

/** Body of `POST /api/partition-preview`: the fields of a run's config that say who would hold which samples. */
export const partitionPreviewRequest = z.strictObject(
  runConfig.wireSchema.pick({
    data: true,
    data_path: true,
    data_options: true,
    num_clients: true,
    partition: true,
    dirichlet_alpha: true,
    partition_options: true,
    seed: true,
  }).shape,
);

const classCounts = z.array(count).describe("by class");

/** Answer of `POST /api/partition-preview`: who would hold how many samples of which class. */
export const partitionPreview = defineWireObject({
  dataset: text,
  classNames: z.array(text),
  numSamples: count.describe("of all clients together"),
  classCounts,
  clients: z.array(z.object({ numSamples: count, classCounts })),
  sizes: z.object({ smallest: count, median: z.number(), largest: count }),
  giniOfSizes: z.number().describe("0 for equal sizes, near 1 when one client has nearly everything"),
  totalVariation: z.number().describe("mean distance of clients' class mixtures from the whole's, 0 to 1"),
  effectiveClasses: z.number().describe("mean over clients: k for k classes in equal parts"),
});
export type PartitionPreview = ValueOfWireObject<typeof partitionPreview>;
