import { type RunConfig, runConfig } from "@fedloom/protocol";
import { type Dataset, dealOut, TrainerError } from "@fedloom/trainer-core";
import { fingerprint } from "@fedloom/trainer-core/node";
import { ServerError } from "../../errors.js";
import { openData } from "../child/open-data.js";
import { reasonOf } from "../child/retrying.js";
import { partitionOf } from "../config/partition-of.js";

/** A run's samples that nothing was trained on, and what they are samples of. */
export interface PartData extends Omit<Dataset, "train" | "warnings"> {
  /** What tells all of the run's data from other data, as its checkpoints say it. */
  readonly fingerprint: string;
}

/**
 * Opens the data of a run again, less what it trains on.
 * @throws ServerError `data_gone` for what cannot be read, `data_changed` for what no longer fits the run
 */
export async function openPartData(wire: Record<string, unknown>): Promise<PartData> {
  const decoded = runConfig.decode(wire);
  if (!decoded.ok) throw new ServerError("data_changed", `the run's config: ${decoded.error.message}`);
  try {
    const { name, title, synthetic, sampleShape, classNames, task, val, test, ...rest } = await opened(
      decoded.value,
    );
    return {
      name,
      title,
      synthetic,
      sampleShape,
      classNames,
      ...(task && { task }),
      val,
      test,
      fingerprint: rest.fingerprint,
    };
  } catch (cause) {
    const isGone = cause instanceof TrainerError && cause.code === "unreadable_data";
    const message = isGone ? "the run's data cannot be read" : "the run's data are not what they were";
    throw new ServerError(isGone ? "data_gone" : "data_changed", `${message}: ${reasonOf(cause)}`, { cause });
  }
}

/** Data and shares as the run has them, since both are in the fingerprint. */
async function opened(config: RunConfig): Promise<Dataset & { fingerprint: string }> {
  const { dataset } = await openData(config);
  if (config.mode === "centralized") return { ...dataset, fingerprint: fingerprint(dataset, []) };
  const dealt = dealOut(dataset, partitionOf(config));
  return { ...dealt.dataset, fingerprint: fingerprint(dealt.dataset, dealt.shares) };
}
