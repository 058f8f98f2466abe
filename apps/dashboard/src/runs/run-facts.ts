import type { RunRecord } from "@fedloom/protocol";

/** What the table says of a run, read from its config and the end of its training. */
export interface RunFacts {
  strategy: string | undefined;
  numClients: number | undefined;
  numRounds: number | undefined;
  isSynthetic: boolean;
  /** Name of the data file; undefined for synthetic data. */
  dataFile: string | undefined;
  testAuroc: number | undefined;
  durationSeconds: number | undefined;
}

/** Reads the facts of a run; at `now` in ms for one that still runs. */
export function factsOf({ config, summary, state, startedAt, endedAt }: RunRecord, now: number): RunFacts {
  const dataPath = textOf(config.data_path);
  const final = summary?.final_metrics as Record<string, unknown> | undefined;
  return {
    strategy: textOf(config.strategy),
    numClients: numberOf(config.num_clients),
    numRounds: numberOf(config.num_rounds),
    isSynthetic: dataPath === undefined,
    dataFile: dataPath?.split(/[/\\]/).at(-1),
    testAuroc: numberOf(final?.test_auroc),
    durationSeconds:
      numberOf(summary?.duration_seconds) ?? secondsBetween(startedAt, state === "running" ? now : endedAt),
  };
}

function secondsBetween(start: string | undefined, end: string | number | undefined): number | undefined {
  if (start === undefined || end === undefined) return undefined;
  return Math.max(0, (new Date(end).getTime() - Date.parse(start)) / 1000);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
