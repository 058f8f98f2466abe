import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeCheckpoint, findModel, importSafetensors, resolveModel } from "@fedloom/trainer-core";
import { afterEach, describe, expect, it } from "vitest";
import { Stage } from "./stage.js";
import { type RunningCli, startCli } from "./start-cli.js";

const stage = new Stage();
afterEach(() => stage.end());

const QUIET = ["--no-progress-file", "--url", "ws://127.0.0.1:9", "--json"];
const SMALL = ["--data", "blobs", "--workers", "0", ...QUIET];

function start(...args: string[]): RunningCli {
  return stage.own(startCli(args), async ({ process, exited }) => {
    process.kill("SIGKILL");
    await exited;
  });
}

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const cli = start(...args);
  return { code: await cli.exited, output: cli.output() };
}

async function lastOf(folder: string) {
  const path = join(folder, "last.checkpoint");
  return decodeCheckpoint(await readFile(path), path);
}

/** Weights, bit for bit, as one short text. */
async function weightsIn(folder: string): Promise<string> {
  const { weights } = await lastOf(folder);
  return Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength).toString("base64");
}

/** Trains in one go, and again with a kill in the midst of a round; both leave a checkpoint. */
async function expectSameAfterKill(
  args: readonly string[],
  { signal = "SIGKILL" as NodeJS.Signals, workers = "0" } = {},
): Promise<void> {
  const [whole, cut] = [await stage.folder(), await stage.folder()];
  expect((await run(...args, "--workers", workers, "--checkpoints", whole)).code).toBe(0);
  const killed = start(...args, "--workers", workers, "--checkpoints", cut);
  await killed.until(/"checkpoint"[^\n]*"round":2/);
  await killed.until(/"client_complete"[^\n]*"round":3/);
  killed.process.kill(signal);
  await killed.exited;
  const { step } = await lastOf(cut);
  const rest = await run(...args, "--workers", workers, "--checkpoints", cut, "--resume");
  expect(rest.code).toBe(0);
  expect(rest.output).toContain(`going on after round ${step}`);
  expect(await weightsIn(cut)).toBe(await weightsIn(whole));
}

describe("a simulation that is killed in a round, and resumed", () => {
  it("ends with the same weights: scaffold, whose clients keep states", async () => {
    await expectSameAfterKill([
      "simulate",
      ...SMALL,
      ...["--rounds", "80", "--clients", "4", "--strategy", "scaffold"],
      ...["--strategy-options", '{"selection":{"kind":"fraction","fraction":0.5}}'],
    ]);
  });

  it("ends with the same weights: early stopping and a schedule, over workers", async () => {
    await expectSameAfterKill(
      [
        "simulate",
        ...["--data", "two-spirals", ...QUIET, "--rounds", "60", "--clients", "3", "--strategy", "fedadam"],
        ...["--patience", "40", "--restore-best", "--learning-rate-schedule", "cosine"],
      ],
      { workers: "2", signal: "SIGINT" },
    );
  });

  it("is refused where the clients' states are gone", async () => {
    const folder = await stage.folder();
    const args = ["simulate", ...SMALL, "--strategy", "scaffold", "--checkpoints", folder];
    expect((await run(...args, "--rounds", "2")).code).toBe(0);
    expect(await readdir(join(folder, "clients"))).toHaveLength(5);
    await rm(join(folder, "clients"), { recursive: true });
    const gone = await run(...args, "--rounds", "3", "--resume");
    expect(gone.output).toContain("clients: expected the clients' states, found none");
    expect(gone.code).toBe(1);
    const every = await run(...args, "--overwrite", "--checkpoint-every", "5");
    expect(every.output).toContain("--checkpoint-every: expected 1 with --strategy scaffold");
    expect(every.code).toBe(2);
  });
});

describe("the checkpoints of an earlier run", () => {
  it("are gone on from with the same settings alone, and replaced when that is said", async () => {
    const folder = await stage.folder();
    const args = ["simulate", ...SMALL, "--clients", "3", "--checkpoints", folder];
    expect((await run(...args, "--rounds", "2", "--alpha", "5")).code).toBe(0);
    const before = await weightsIn(folder);
    for (const [flags, text] of [
      [["--alpha", "6"], "last.checkpoint: --alpha: expected 6 as in this run, received 5"],
      [["--alpha", "5", "--momentum", "0.5", "--optimizer", "sgd"], "--optimizer: expected "],
      [["--alpha", "5", "--patience", "3"], "--patience: expected 3 as in this run, received none"],
      [["--alpha", "5", "--data-options", '{"spread":2}'], "--data: expected "],
      [["--alpha", "5", "--strategy", "fedprox", "--strategy-options", '{"mu":1}'], "strategy: expected "],
    ] as const) {
      const other = await run(...args, ...flags, "--rounds", "3", "--resume");
      expect(other.output).toContain(text);
      expect(other.output.trimEnd().split("\n")).toHaveLength(1);
      expect(other.code).toBe(1);
    }
    const without = await run(...args, "--rounds", "1", "--alpha", "5");
    expect(without.output).toContain("last.checkpoint: expected nothing, found what an earlier run has left");
    expect(without.code).toBe(1);
    expect(await weightsIn(folder)).toBe(before);
    const done = await run(...args, "--rounds", "2", "--alpha", "5", "--resume");
    expect(done.output).toContain("the run was complete after round 2: nothing is left to train");
    expect((await run(...args, "--rounds", "1", "--alpha", "6", "--overwrite")).code).toBe(0);
    expect((await lastOf(folder)).step).toBe(1);
  });

  it("are refused where they are damaged or something else", async () => {
    const folder = await stage.folder();
    const args = ["train", ...SMALL.filter((flag) => !["--workers", "0"].includes(flag))];
    await writeFile(join(folder, "last.checkpoint"), "not a checkpoint");
    const foreign = await run(...args, "--checkpoints", folder, "--resume");
    expect(foreign.output).toMatch(/last\.checkpoint: bytes 0 to 3: expected "FLCK" .*\n$/);
    expect(foreign.code).toBe(1);
  });

  it.runIf(process.platform === "linux")("cannot be kept where nothing can be written", async () => {
    const file = join(await stage.folder(), "file");
    await writeFile(file, "");
    for (const flag of ["--checkpoints", "--export", "--progress-dir"]) {
      for (const folder of [file, join(file, "below"), "/proc/none"]) {
        const url = ["--url", "ws://127.0.0.1:9"];
        const { code, output } = await run("train", "--data", "blobs", ...url, flag, folder);
        expect(output).toMatch(/^fedloom: \S+: expected a folder to write to: .*\n$/);
        expect(code).toBe(1);
      }
    }
  });
});

describe("--export", () => {
  it("leaves a model that can be read again", async () => {
    const folder = join(await stage.folder(), "new", "model");
    const args = ["simulate", ...SMALL, "--rounds", "2", "--export", folder];
    const { code, output } = await run(...args, "--model", "logistic-regression");
    expect(code).toBe(0);
    expect(output).toContain(`model       ${folder}`);
    expect((await readdir(folder)).sort()).toEqual([
      "input.json",
      "model.json",
      "model.safetensors",
      "weights.bin",
    ]);
    const input = JSON.parse(await readFile(join(folder, "input.json"), "utf8"));
    expect(input).toMatchObject({ model: "logistic-regression", round: "2", sample_shape: [2] });
    const spec = findModel("logistic-regression").build({
      sampleShape: [2],
      loss: "softmaxCrossEntropy",
      numOutputs: 3,
    });
    const { weights } = importSafetensors(
      resolveModel(spec),
      await readFile(join(folder, "model.safetensors")),
    );
    expect(Buffer.from(weights.buffer).equals(await readFile(join(folder, "weights.bin")))).toBe(true);
    const again = await run(...args);
    expect(again.output).toContain("model.json: expected nothing, found what an earlier run has left");
    expect(again.code).toBe(1);
  });

  it("takes the best weights when asked to, also those from before a pause", async () => {
    const [checkpoints, folder, other] = [await stage.folder(), await stage.folder(), await stage.folder()];
    const args = ["simulate", ...SMALL, "--learning-rate", "5", "--checkpoints", checkpoints];
    expect((await run(...args, "--rounds", "4", "--export", folder, "--export-best")).code).toBe(0);
    const resumed = await run(...args, "--rounds", "4", "--resume", "--export", other, "--export-best");
    expect(resumed.code).toBe(0);
    const [first, second] = [folder, other].map((path) => readFile(join(path, "weights.bin")));
    expect((await first)?.equals((await second) as Buffer)).toBe(true);
    const best = decodeCheckpoint(await readFile(join(checkpoints, "best.checkpoint")));
    expect(JSON.parse(await readFile(join(other, "input.json"), "utf8")).round).toBe(String(best.step));
  });
});

it("ends in order when nobody reads the output any more", async () => {
  const folder = await stage.folder();
  const args = ["--rounds", "10000", "--url", "ws://127.0.0.1:9", "--progress-dir", folder, "--json"];
  const training = start("simulate", "--data", "blobs", "--workers", "0", ...args);
  await training.until(/"round_end"/);
  training.process.stdout?.destroy();
  expect(await training.exited).toBe(1);
  const [file = ""] = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
  expect(await readFile(join(folder, file), "utf8")).toMatch(/"training_end".*"stopped"/);
});

it.runIf(existsSync("/dev/full"))("says so when its output cannot be written", async () => {
  const full = openSync("/dev/full", "w");
  const main = fileURLToPath(new URL("../bin/fedloom.js", import.meta.url));
  const child = spawn(process.execPath, [main, "train", "--data", "blobs", "--epochs", "1", ...QUIET], {
    stdio: ["ignore", full, "pipe"],
  });
  stage.own(child, () => child.kill("SIGKILL"));
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = await once(child, "close");
  closeSync(full);
  expect(errors).toContain("standard output: expected to be writable: ENOSPC");
  expect(code).toBe(1);
});

it.runIf(process.getuid?.() !== 0)(
  "keeps events in memory where the working folder is not to be written to",
  async () => {
    const folder = join(await stage.folder(), "read-only");
    await mkdir(folder);
    await chmod(folder, 0o500);
    const training = startCli(["train", "--data", "blobs", "--epochs", "1"], { INIT_CWD: folder });
    expect(await training.exited).toBe(0);
    expect(training.output()).toContain("events are kept in memory only");
  },
);
