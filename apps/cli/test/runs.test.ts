import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stage } from "./stage.js";
import { type RunningCli, startCli } from "./start-cli.js";

const stage = new Stage();
let [server, folder, url] = [undefined as RunningCli | undefined, "", ""];

beforeAll(async () => {
  folder = await stage.folder();
  const data = ["--data-dir", join(folder, "data"), "--progress-dir", join(folder, "progress")];
  server = stage.own(
    startCli(["serve", "--port", "0", "--relay-port", "0", "--no-run", ...data], { DATABASE_URL: "" }),
    async (running) => {
      running.process.kill("SIGTERM");
      await running.exited;
    },
  );
  [, url = ""] = await server.until(/dashboard +(http:\S+)/);
});
afterAll(() => stage.end());

interface Ended {
  code: number | null;
  output: string;
}

async function runs(...args: string[]): Promise<Ended> {
  const command = startCli(["runs", ...args], { FEDLOOM_SERVER: url });
  const code = await command.exited;
  return { code, output: command.output() };
}

/** Starts a run that is over soon and answers its id. */
async function startShort(more: object = {}): Promise<string> {
  const file = join(folder, "config.json");
  const config = {
    experiment_name: "short\u202erun",
    data: "two-spirals",
    num_rounds: 2,
    num_clients: 2,
    ...more,
  };
  await writeFile(file, JSON.stringify(config));
  const { code, output } = await runs("start", "--config", file);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}\n$/) });
  return output.trim();
}

function untilState(runId: string, state: string): Promise<void> {
  const look = async () => {
    const run = await (await fetch(`${url}/api/runs/${runId}`)).json();
    return (run as { state: string }).state;
  };
  return expect.poll(look, { timeout: 60_000, interval: 200 }).toBe(state);
}

describe("fedloom runs", () => {
  it("starts a run, follows its log, shows it, and exports what it left", async () => {
    const runId = await startShort();
    const logs = await runs("logs", runId, "--follow");
    expect(logs.code).toBe(0);
    await untilState(runId, "completed");
    const shown = await runs("show", runId);
    expect(shown.output).toMatch(/^state +completed$/m);
    expect(shown.output).toMatch(/^step +2\/2$/m);
    expect(shown.output).toContain("short\ufffdrun");
    const list = await runs("list", "--state", "completed");
    expect(list.output).toMatch(new RegExp(`^${runId} +completed +short\ufffdrun +federated +2/2 `, "m"));
    const csv = await runs("export", runId);
    expect(csv.output.split(/\r?\n/)[0]).toContain("name");
    expect(csv.output).toContain("val");
    const events = await runs("export", runId, "--format", "jsonl");
    const types = events.output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual(expect.arrayContaining(["training_start", "round_end", "training_end"]));
  });

  it("pauses a run, lets it go on, stops it and deletes it", async () => {
    const runId = await startShort({ num_rounds: 10_000 });
    await untilState(runId, "running");
    expect(await runs("pause", runId)).toEqual({ code: 0, output: `${runId} was asked to pause\n` });
    await untilState(runId, "paused");
    expect((await runs("resume", runId)).code).toBe(0);
    await untilState(runId, "running");
    expect((await runs("stop", runId, "--reason", "enough")).code).toBe(0);
    await untilState(runId, "stopped");
    expect(await runs("delete", runId)).toEqual({ code: 0, output: `${runId} is deleted\n` });
    const gone = await runs("show", runId);
    expect(gone.code).toBe(1);
    expect(gone.output).toMatch(/^fedloom: there is no run .+\n$/);
  });

  it("tells which runs it would prune, and prunes them", async () => {
    const runId = await startShort();
    await untilState(runId, "completed");
    const dry = await runs("prune", "--keep-last", "0", "--state", "completed", "--dry-run");
    expect(dry.output).toMatch(new RegExp(`^${runId} +completed`, "m"));
    expect(dry.output).toMatch(/would delete \d+ runs?$/m);
    await untilState(runId, "completed");
    expect((await runs("prune", "--keep-last", "0", "--state", "completed")).output).toMatch(
      /deleted \d+ run/,
    );
    expect((await runs("show", runId)).code).toBe(1);
  });

  it("answers JSON, one object a line, for scripts", async () => {
    const runId = await startShort();
    const { output } = await runs("list", "--json", "--limit", "1");
    const [line = "", ...more] = output.split("\n");
    expect(JSON.parse(line)).toMatchObject({ run_id: runId, experiment_name: "short\u202erun" });
    expect(line).not.toContain("\u202e");
    expect(more.join("")).toMatch(/^$|more; --limit shows them$/);
    await untilState(runId, "completed");
  });

  it.each([
    [["start", "--config", "nowhere.json"], 1, /nowhere\.json: ENOENT/],
    [["show", "01JD0000000000000000000000"], 1, /^fedloom: there is no run 01JD0000000000000000000000\n$/],
    [["list", "--server", "http://127.0.0.1:9"], 1, /cannot reach a server at http:\/\/127\.0\.0\.1:9: /],
    [["list", "--server", "ftp://x"], 2, /--server: expected an address that begins with http/],
    [["list", "--server", "http://a:b@127.0.0.1"], 2, /without a password/],
    [["list", "--state", "asleep"], 1, /state/],
    [["show"], 2, /runs show: expected a run's id of 26 characters, received nothing/],
    [["show", "../../etc"], 2, /received "\.\.\/\.\.\/etc"/],
    [["list", "--follow"], 2, /--follow is for logs, not for list/],
    [["prune"], 2, /expected --older-than or --keep-last, received neither/],
    [["dance"], 2, /runs: expected list or show or .+, received "dance"/],
  ] as const)("says of %j what is wrong", async (args, code, message) => {
    const ended = await runs(...args);
    expect(ended.output).toMatch(message);
    expect(ended.output).not.toMatch(/\n\s+at /);
    expect(ended.code).toBe(code);
  });
});

describe("fedloom serve", () => {
  it("has the server's own options and help", async () => {
    const help = startCli(["serve", "--help"]);
    expect(await help.exited).toBe(0);
    expect(help.output()).toContain("--data-dir");
    const wrong = startCli(["serve", "--nonsense"]);
    expect(await wrong.exited).toBe(1);
    expect(wrong.output()).toMatch(/^fedloom: Unknown option '--nonsense'/);
  });

  it("ends in order on SIGTERM, and leaves nothing running", async () => {
    const other = await stage.folder();
    const second = startCli(
      ["serve", "--port", "0", "--no-relay", "--no-run", "--data-dir", other, "--progress-dir", other],
      { DATABASE_URL: "" },
    );
    await second.until(/dashboard +http/);
    second.process.kill("SIGTERM");
    expect(await second.exited).toBe(0);
  });
});
