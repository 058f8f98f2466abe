import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { RUN_ID, Stage } from "./stage.js";
import { type RunningCli, startCli } from "./start-cli.js";

const stage = new Stage();
afterEach(() => stage.end());

/** A relay address at which nobody answers, so that no test talks to a relay of this machine. */
const NOBODY = ["--url", "ws://127.0.0.1:9"];
const QUIET = ["--no-progress-file", ...NOBODY];
const SMALL = ["--data", "blobs", "--model", "logistic-regression", "--clients", "3", "--rounds", "2"];
const LONG = ["--data", "synthetic-xrays", "--clients", "2", "--rounds", "10000", "--local-epochs", "50"];

interface Frame {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

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

/** Every event of a run, without what differs from run to run. */
function framesOf(output: string): Frame[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Frame);
}

function finalMetrics(output: string): unknown {
  return framesOf(output).at(-1)?.data.final_metrics;
}

/** What a built file loads at once, itself included. */
async function loadedWith(file: string): Promise<string[]> {
  const text = await readFile(new URL(`../dist/${file}`, import.meta.url), "utf8");
  const imported = [...text.matchAll(/^import (?:.* from )?['"]([^'"]+)['"];$/gm)].map(
    ([, name = ""]) => name,
  );
  const own = imported.filter((name) => name.startsWith("./")).map((name) => loadedWith(name.slice(2)));
  return [...imported, ...(await Promise.all(own)).flat()];
}

it("loads what trains only for the commands that train", async () => {
  expect(await loadedWith("main.js")).toContain("@fedloom/relay");
  expect(await loadedWith("main.js")).not.toContain("@fedloom/trainer-core");
});

describe("fedloom simulate", () => {
  it.each([
    [["--partition", "sorted"], "--partition: expected iid or dirichlet"],
    [["--partition", "iid", "--alpha", "1"], "--alpha: expected with --partition dirichlet or"],
    [
      ["--data", "blobs", "--clients", "5000"],
      "--clients: expected an integer in [1, 1000], one sample each",
    ],
    [
      ["--data", "nowhere"],
      '--data: expected a file, a folder or synthetic-xrays, blobs, two-spirals, received "nowhere"',
    ],
    [["--strategy", "fedmagic"], "--strategy: expected one of fedavg"],
    [["--strategy-options", "mu=1"], '--strategy-options: expected a JSON object, received "mu=1"'],
    [["--data", "blobs", "--model", "giant"], "--model: expected one of pneumonia-cnn"],
    [
      ["--data", "blobs", "--model", "mnist-cnn"],
      "model mnist-cnn: sampleShape: expected [height, width, channels]",
    ],
    [["--run-id", "1"], '--run-id: expected a ULID of 26 characters, received "1"'],
    [["--name", "a\nb"], "--name: expected 1 to 128 characters without control characters"],
    [["--svg", "p.svg"], "--svg: expected with --show-partition or --dry-run, received without"],
    [["--data", ""], '--data: expected a value, received ""'],
    [["--clients", "-1"], "'--clients' argument is ambiguous. Did you"],
    [["--strategy", "krum"], "--strategy-options: f: expected an integer >= 0, received nothing"],
    [["--data", "blobs", "--quorum", "6"], "--quorum: expected at most 5, the number of clients, received 6"],
    [["--patience", "2", "--metric", "val_los"], "--metric: expected train_, val_ or pooled_val_ with loss,"],
    [["--resume"], "--resume: expected with --checkpoints, received without"],
    [["--overwrite"], "--overwrite: expected with --checkpoints or --export, received without"],
    [["--checkpoints", "c", "--resume", "--overwrite"], "--overwrite: expected without --resume"],
    [
      ["--learning-rate-schedule", "linear"],
      "--learning-rate-schedule: kind: expected one of constant, step,",
    ],
    [["--epochs", "3"], "(fedloom simulate --help lists the options)"],
    [["extra"], 'simulate: expected no operands, received "extra"'],
  ] as [string[], string][])("%j is a wrong command line", async (args, text) => {
    const { code, output } = await run("simulate", ...args, ...QUIET);
    expect(output).toContain(text);
    expect(output.trimEnd().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });

  it("shows how samples are dealt out, and trains nothing with --dry-run", async () => {
    const svg = join(await stage.folder(), "partition.svg");
    const options = [
      "--data",
      "blobs",
      "--partition",
      "pathological",
      "--clients",
      "3",
      "--classes-per-client",
      "1",
    ];
    const { code, output } = await run("simulate", ...options, "--dry-run", "--svg", svg, ...QUIET);
    expect(code).toBe(0);
    expect(output).toMatch(/^1 {2}\d+ {2}([ABC])\1+\n2 {2}\d+ {2}([ABC])\2+\n3 {2}\d+ {2}([ABC])\3+\n/);
    expect(output).toContain("1000 samples over 3 clients");
    expect(output).toMatch(/effective\s+number 1\.00/);
    expect(output).not.toContain("round");
    expect(await readFile(svg, "utf8")).toMatch(/^<svg /);
  });

  it("deals out by groups of a file", async () => {
    const groups = join(await stage.folder(), "groups.txt");
    await writeFile(groups, Array.from({ length: 1000 }, (_, i) => `hospital ${i % 4}`).join("\n"));
    const options = ["--data", "blobs", "--partition", "natural", "--groups", groups];
    const { code, output } = await run("simulate", ...options, "--dry-run", ...QUIET);
    expect(output).toContain("1000 samples over 4 clients of 250 to 250");
    expect(code).toBe(0);
  });

  it("tells each round in a line, and keeps a progress file", async () => {
    const folder = await stage.folder();
    const { code, output } = await run(
      "simulate",
      ...SMALL,
      "--workers",
      "1",
      "--progress-dir",
      folder,
      ...NOBODY,
    );
    expect(output).toMatch(/^blobs: .*\nlogistic-regression, fedavg over 3 clients, seed 1\nwasm: /m);
    expect(output).toMatch(/^round {2}time +train_loss +val_loss .*\n1\/2 +\d\.\d s +\d\.\d{4} /m);
    expect(output).toMatch(/^completed after 0:00:\d\d; best round \d\n {2}val +loss .*\n {2}test +loss /m);
    expect(output).toMatch(new RegExp(`^events +${folder}/blobs_[0-9A-Z]{26}\\.jsonl$`, "m"));
    expect(output.split("\n").every((text) => text.length <= 80 || text.includes(folder))).toBe(true);
    expect(output).toContain(`fedloom sync ${folder}`);
    expect(code).toBe(0);
    const [file = ""] = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
    expect(file).toMatch(/^blobs_[0-9A-Z]{26}\.jsonl$/);
    expect(await readFile(join(folder, file), "utf8")).toContain('"training_end"');
  });

  it("says every event with --json, and the same results with any number of workers", async () => {
    const options = [...SMALL, "--json", "--run-id", RUN_ID, "--holdout", "0.2", ...QUIET];
    const [none, two] = [
      await run("simulate", ...options, "--workers", "0"),
      await run("simulate", ...options, "--workers", "2"),
    ];
    const types = framesOf(none.output).map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(["training_mode", "training_start", "round_start"]);
    expect(types.filter((type) => type === "client_complete")).toHaveLength(6);
    expect(types.at(-1)).toBe("training_end");
    expect(framesOf(none.output).every(({ data }) => data.run_id === RUN_ID)).toBe(true);
    expect(finalMetrics(none.output)).toMatchObject({
      pooled_loss: expect.any(Number),
      test_accuracy: expect.any(Number),
    });
    expect(finalMetrics(two.output)).toEqual(finalMetrics(none.output));
  });

  it("goes on from a checkpoint as if it had never stopped", async () => {
    const folder = await stage.folder();
    const options = [
      "--data",
      "blobs",
      "--clients",
      "3",
      "--workers",
      "0",
      "--strategy",
      "fedadam",
      "--json",
      ...QUIET,
    ];
    const whole = await run("simulate", ...options, "--rounds", "4");
    const kept = ["--checkpoints", folder];
    expect((await run("simulate", ...options, ...kept, "--rounds", "2")).code).toBe(0);
    const rest = await run("simulate", ...options, ...kept, "--resume", "--rounds", "4");
    const rounds = framesOf(rest.output).filter(({ type }) => type === "round_end");
    expect(rounds.map(({ data }) => data.round)).toEqual([3, 4]);
    expect(finalMetrics(rest.output)).toEqual(finalMetrics(whole.output));
    const other = await run("simulate", ...options, ...kept, "--resume", "--rounds", "4", "--seed", "2");
    expect(other.output).toContain("last.checkpoint: seed: expected 2 as in this run, received 1");
    expect(other.code).toBe(1);
    const nothing = await run("simulate", ...options, "--checkpoints", join(folder, "none"), "--resume");
    expect(nothing.output).toContain("expected a checkpoint to resume from, found none");
    expect(nothing.code).toBe(1);
  });

  it("publishes to a relay while it trains", async () => {
    const relay = await stage.relay();
    const folder = await stage.folder();
    const target = ["--url", relay.url, "--progress-dir", folder, "--run-id", RUN_ID];
    expect(await run("simulate", ...SMALL, "--workers", "0", ...target)).toMatchObject({ code: 0 });
    const watching = await run("watch", RUN_ID, "--url", relay.url);
    expect(watching.output).toMatch(/training_start .*strategy=fedavg/);
    expect(watching.output).toMatch(/training_end .*status=completed/);
    expect(watching.output.match(/ round_end /g)).toHaveLength(2);
  });

  it.each(["0", "2"])("ends within a batch on Ctrl-C, with %s workers", async (workers) => {
    const training = start("simulate", ...LONG, "--workers", workers, "--json", ...QUIET);
    await training.until(/"round_start"/);
    training.process.kill("SIGINT");
    expect(await training.exited).toBe(1);
    expect(framesOf(training.output()).at(-1)).toMatchObject({
      type: "training_end",
      data: { status: "stopped" },
    });
  });

  it("leaves at once when it is asked again, whatever the relay has not taken yet", async () => {
    // It never acknowledges anything.
    const relay = stage.own(new WebSocketServer({ port: 0, host: "127.0.0.1" }), (server) => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    const heard = new Promise((resolve) => {
      relay.on("connection", (socket) => {
        const data = { protocol_version: 1, heartbeat_ms: 60_000, ack_level: "accepted" };
        socket.send(JSON.stringify({ type: "welcome", data }));
        socket.on("message", resolve);
      });
    });
    await once(relay, "listening");
    const url = `ws://127.0.0.1:${(relay.address() as AddressInfo).port}`;
    const training = start(
      "simulate",
      ...LONG,
      "--workers",
      "0",
      "--no-progress-file",
      "--url",
      url,
      "--json",
    );
    await Promise.all([training.until(/"round_start"/), heard]);
    training.process.kill("SIGINT");
    await training.until(/"training_end"/);
    training.process.kill("SIGINT");
    expect(await training.exited).toBe(130);
  });
});

describe("fedloom train", () => {
  it("tells each epoch in a line, and stops early", async () => {
    const options = [
      "--data",
      "blobs",
      "--epochs",
      "50",
      "--patience",
      "1",
      "--min-delta",
      "10",
      "--restore-best",
    ];
    const { code, output } = await run("train", ...options, ...QUIET);
    expect(output).toMatch(/^blobs: .*\ntabular, centralized, seed 1\nwasm/m);
    expect(output).toMatch(/^ 1\/50 {2}train {2}\d/m);
    expect(output).toMatch(/^ 2\/50 {2}val {4}\d/m);
    expect(output).toMatch(/^stopping early: /m);
    expect(output).not.toMatch(/^ 3\/50/m);
    expect(code).toBe(0);
  });

  it("calls that epoch the best which it goes back to", async () => {
    const stop = ["--patience", "2", "--restore-best", "--learning-rate", "0.5", "--epochs", "40"];
    const { output } = await run("train", "--data", "blobs", ...stop, "--json", ...QUIET);
    const [stopped, end] = ["early_stopping", "training_end"].map((type) =>
      framesOf(output).find((frame) => frame.type === type),
    );
    expect(stopped?.data.reason).toMatch(new RegExp(` in epoch ${end?.data.best_epoch}$`));
    expect(end?.data.final_metrics).toMatchObject({ loss: stopped?.data.best_metric_value });
  });

  it("goes on from a checkpoint as if it had never stopped", async () => {
    const options = ["--data", "blobs", "--json", "--checkpoints", await stage.folder(), ...QUIET];
    expect((await run("train", ...options, "--epochs", "2")).code).toBe(0);
    const rest = await run("train", ...options, "--epochs", "4", "--resume");
    const whole = await run("train", ...options, "--epochs", "4", "--overwrite");
    expect(framesOf(rest.output).filter(({ type }) => type === "epoch_start")).toHaveLength(2);
    expect(finalMetrics(rest.output)).toEqual(finalMetrics(whole.output));
  });

  it.each([
    [["--clients", "3"], 2, "(fedloom train --help lists the options)"],
    [
      ["--optimizer", "adam", "--momentum", "0.9", "--data", "blobs"],
      2,
      "--momentum: expected with --optimizer sgd",
    ],
    [["--engine", "gpu"], 2, "--engine: expected auto or tfjs-node or wasm or cpu"],
    [["--data", "package.json"], 1, "package.json"],
  ] as [string[], number, string][])("%j ends with %i", async (args, code, text) => {
    const ended = await run("train", ...args, ...QUIET);
    expect(ended.output).toContain(text);
    expect(ended.code).toBe(code);
  });

  it("takes the engine from the environment, and refuses one that there is not", async () => {
    const cli = startCli(["train", "--data", "blobs", ...QUIET], { FEDLOOM_ENGINE: "magic" });
    expect(await cli.exited).toBe(2);
    expect(cli.output()).toContain('--engine: expected auto or tfjs-node or wasm or cpu, received "magic"');
  });
});
