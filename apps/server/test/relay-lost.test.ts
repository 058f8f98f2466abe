import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { PNEUMONIA_MNIST } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

const RUN_PROCESS = fileURLToPath(new URL("../dist/run-process.js", import.meta.url));
const RELAY_PROCESS = fileURLToPath(new URL("relay-process.mjs", import.meta.url));
const RUN_ID = "01JD0000000000000000000000";

let folder: TemporaryFolder;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await createTemporaryFolder();
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await folder[Symbol.asyncDispose]();
});

async function startRelayProcess(): Promise<{ relay: ChildProcess; url: string }> {
  const relay = spawn(process.execPath, [RELAY_PROCESS], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(relay);
  const [port] = (await once(relay.stdout, "data")) as [Buffer];
  return { relay, url: `ws://127.0.0.1:${port.toString().trim()}` };
}

/** Starts a run's process as the server does. */
function startRun(name: string, relayUrl: string): ChildProcess {
  // Without the flags of the test runner, which would make it load sources instead of what was built.
  const child = fork(RUN_PROCESS, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  children.push(child);
  child.send({
    type: "start",
    runId: RUN_ID,
    config: { experiment_name: name, data_path: PNEUMONIA_MNIST, num_rounds: 3, engine: "wasm" },
    relayUrl,
    progressDirectory: folder.path,
  });
  return child;
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  return ((await once(child, "exit")) as [number | null])[0];
}

/**
 * Every event of a run as its progress file has it, without what differs between equal runs: times, and which of two
 * workers is done first.
 */
async function progress(name: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const lines = await readFile(join(folder.path, `${name}_${RUN_ID}.jsonl`), "utf8");
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { type, data } = JSON.parse(line);
      for (const field of ["duration_ms", "duration_seconds", "training_duration", "experiment_name"])
        delete data[field];
      for (const name of Object.keys(data.metrics ?? {})) if (name.endsWith("_ms")) delete data.metrics[name];
      return { type, data };
    })
    .sort((a, b) => placeOf(a.data).localeCompare(placeOf(b.data)));
}

function placeOf({ round = 0, client_id: client = "" }: Record<string, unknown>): string {
  return `${round} ${client}`;
}

describe("a run without its relay", () => {
  it("ends the same when the relay is killed in mid-run and when there never was one", async () => {
    const alone = startRun("alone", "ws://127.0.0.1:9");
    expect(await exitCode(alone)).toBe(0);

    const { relay, url } = await startRelayProcess();
    const viewer = new WebSocket(url);
    const firstRound = new Promise<void>((resolve) => {
      viewer.on("message", (frame) => JSON.parse(frame.toString()).type === "round_metrics" && resolve());
    });
    viewer.on("error", () => {});
    await once(viewer, "open");
    const bereft = startRun("bereft", url);
    const ended = exitCode(bereft);
    await firstRound;
    relay.kill("SIGKILL");
    expect(await ended).toBe(0);

    const [expected, actual] = [await progress("alone"), await progress("bereft")];
    expect(actual).toEqual(expected);
    const ends = actual.filter(({ type }) => type === "training_end");
    expect(ends).toMatchObject([{ data: { status: "completed" } }]);
  });
});
