import { keepProcess } from "../answering/kept-process.js";
import { checkDataPath } from "../check-room.js";
import { dataSourceOf } from "../config/data-source-of.js";
import { partitionOf } from "../config/partition-of.js";
import type { PreviewConfig } from "./preview-desk.js";

/** Says who would hold which samples. */
export interface PartitionPreviewer {
  /**
   * The partition of a run with this config: `partitionPreview` in its wire form. One whose asker is gone is not made.
   * @throws ServerError `config_invalid` and `data_unreadable` as a run's start, `too_large`, `too_busy`.
   */
  preview(config: PreviewConfig, gone?: AbortSignal): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Has a process of its own open data and deal them out: what it takes in time and memory, nobody else has to bear. */
export function createPartitionPreviewer(
  program = new URL("./preview-process.js", import.meta.url),
): PartitionPreviewer {
  const { ask, close } = keepProcess<PreviewConfig, Record<string, unknown>>({
    program,
    what: "preview",
    maxWaiting: 8,
    limitMs: 60_000,
    idleMs: 60_000,
    maxHeapMb: 2_048,
  });
  return {
    async preview(config, gone) {
      dataSourceOf(config);
      partitionOf(config);
      if (config.dataPath !== undefined) checkDataPath(config.dataPath);
      return ask(config, gone);
    },
    close,
  };
}
