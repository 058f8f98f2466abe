import { setTimeout as delay } from "node:timers/promises";
import { CliError } from "../errors.js";
import { printable } from "../printable.js";
import { jsonLine } from "./json-line.js";
import { readList, readRun } from "./read-answer.js";
import type { ServerApi } from "./server-api.js";

export interface LogOptions {
  runId: string;
  /** Whether to go on until the run is over. */
  follow: boolean;
  asJson: boolean;
  print: (line: string) => void;
  note: (line: string) => void;
  signal: AbortSignal;
  /** Time between looks, in ms; 1,000. */
  pollMs?: number;
}

interface LogLine {
  position: number;
  timestamp: string;
  level: string;
  message: string;
  attempt?: number;
}

const OVER = ["completed", "stopped", "failed"];

/** Prints what a run's process has said, and with `follow` what it goes on to say. */
export async function printLogs(api: ServerApi, options: LogOptions): Promise<void> {
  const { runId, follow, signal, note, pollMs = 1_000 } = options;
  let [after, isAway] = [0, false];
  while (!signal.aborted) {
    try {
      // Asked first: what it says before it is over is then there.
      const { state } = readRun(await api.ask({ path: `api/runs/${runId}` }));
      after = await printAfter(api, after, options);
      if (!follow || OVER.includes(state)) return;
      isAway = false;
    } catch (error) {
      if (signal.aborted) return;
      const canWait = follow && error instanceof CliError && error.code === "server_unreachable";
      if (!canWait) throw error;
      if (!isAway) note(`waiting for the server: ${error.message}`);
      isAway = true;
    }
    await delay(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** Prints all lines after a position, page by page; answers the position of the last one. */
async function printAfter(api: ServerApi, start: number, options: LogOptions): Promise<number> {
  const { runId, asJson, print, signal } = options;
  let after = start;
  while (!signal.aborted) {
    const answer = await api.ask({ path: `api/runs/${runId}/logs`, query: { after } });
    const lines = readList(answer, "logs") as LogLine[];
    for (const line of lines) print(asJson ? jsonLine(line) : describeLine(line));
    after = Number(lines.at(-1)?.position ?? after);
    const { next } = Object(answer) as { next?: number | null };
    if (typeof next !== "number" || lines.length === 0) break;
  }
  return after;
}

function describeLine({ timestamp, level, message }: LogLine): string {
  return `${printable(String(timestamp)).slice(11, 23)} ${printable(String(level)).padEnd(7)} ${printable(String(message))}`;
}
