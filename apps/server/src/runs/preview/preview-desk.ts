import { type PartitionPreview, partitionPreview, type RunConfig } from "@fedloom/protocol";
import { type Dataset, describePartition, type Samples, TrainerError } from "@fedloom/trainer-core";
import { ServerError } from "../../errors.js";
import { sharesFor } from "../child/deal-samples.js";
import { openSamples } from "../child/open-data.js";
import { stampOf } from "./stamp-of.js";

/** What says who would hold which samples. */
export type PreviewConfig = Pick<
  RunConfig,
  | "data"
  | "dataPath"
  | "dataOptions"
  | "numClients"
  | "partition"
  | "dirichletAlpha"
  | "partitionOptions"
  | "seed"
>;

/** All of a data set that a partition goes by: labels, and whether samples are images and in memory. */
interface Labelled extends Pick<Dataset, "title" | "classNames" | "sampleShape"> {
  readonly train: Pick<Samples, "labels" | "features">;
}

/** Deals out samples as a run with the config does; labels of the data that were opened last stay in memory. */
export function createPreviewDesk() {
  let kept: { key: string; labelled: Labelled } | undefined;

  async function labelledFor(config: PreviewConfig): Promise<Labelled> {
    const { data, dataPath, dataOptions, seed } = config;
    const key = JSON.stringify([data, dataPath, dataOptions, seed, dataPath && (await stampOf(dataPath))]);
    if (kept?.key === key) return kept.labelled;
    const labelled = labelsOf(await openSamples(config));
    kept = { key, labelled };
    return labelled;
  }

  /** @throws ServerError that says what cannot work, as a run would find it. */
  return async (config: PreviewConfig): Promise<Record<string, unknown>> => {
    try {
      const labelled = await labelledFor(config);
      return partitionPreview.toWire(describe(labelled, sharesFor(labelled, config)));
    } catch (cause) {
      throw refusalOf(cause);
    }
  };
}

/** What is in memory or open beside the labels is given up. */
function labelsOf({ title, classNames, sampleShape, train, val, test }: Dataset): Labelled {
  for (const { features } of [train, val, test]) (features as Partial<Disposable>)[Symbol.dispose]?.();
  const features = "path" in train.features ? train.features : new Uint8Array(0);
  return { title, classNames, sampleShape, train: { labels: train.labels, features } };
}

function describe({ title, classNames, train }: Labelled, shares: readonly Uint32Array[]): PartitionPreview {
  // Numbers to predict have no classes: all samples count as one.
  const { numSamples, classCounts, clients, sizes, giniOfSizes, totalVariation, effectiveClasses } =
    describePartition(train.labels, shares, Math.max(1, classNames.length));
  return {
    dataset: title,
    classNames: [...classNames],
    numSamples,
    classCounts: [...classCounts],
    clients: clients.map((client) => ({
      numSamples: client.numSamples,
      classCounts: [...client.classCounts],
    })),
    sizes,
    giniOfSizes,
    totalVariation,
    effectiveClasses,
  };
}

function refusalOf(cause: unknown): unknown {
  if (cause instanceof TrainerError) {
    return new ServerError("data_unreadable", cause.message, { field: "data_path", cause });
  }
  // What arrays throw that are longer than there is memory.
  if (cause instanceof RangeError) {
    return new ServerError("too_large", `the data: expected a set that fits memory, got: ${cause.message}`, {
      field: "data_options",
      cause,
    });
  }
  return cause;
}
