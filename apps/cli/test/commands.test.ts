import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createMetricsSender } from "@fedloom/sender/node";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { RawWebSocket } from "./raw-web-socket.js";
import { RUN_ID, Stage } from "./stage.js";
import { startCli } from "./start-cli.js";

const stage = new Stage();
afterEach(() => stage.end());

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const cli = startCli(args);
  return { code: await cli.exited, output: cli.output() };
}

/** Progress files of a run that was made without a relay. */
async function offlineRun(directory: string, numRounds: number): Promise<string> {
  const options = { url: "ws://127.0.0.1:9", runId: RUN_ID, source: "trainer", progressFile: { directory } };
  const sender = createMetricsSender(options);
  sender.sendTrainingMode({ isFederated: true, numRounds, numClients: 1 });
  for (let round = 1; round <= numRounds; round++) {
    sender.sendRoundStart({ round, totalRounds: numRounds, participatingClients: 1 });
  }
  sender.sendError({ error: "a\u001b[31mb", errorType: "training_error", fatal: false });
  const end = {
    experimentName: "e",
    trainingDuration: "0:00:01",
    durationSeconds: 1,
    finalMetrics: {},
  };
  sender.sendTrainingEnd({ status: "completed", ...end });
  await sender.close(0);
  return join(directory, `run_${RUN_ID}.jsonl`);
}

describe("fedloom", () => {
  it.each([
    [[], 2, "Usage: fedloom COMMAND"],
    [["--help"], 0, "Usage: fedloom COMMAND"],
    [["sync", "--help"], 0, "Usage: fedloom sync PATH... [options]"],
    [
      ["nonsense"],
      2,
      'fedloom: expected serve or runs or simulate or train or relay or agent or watch or sync or token, received "nonsense"',
    ],
    [["relay", "--port", "x"], 2, 'fedloom: --port: expected a whole number from 0 to 65535, received "x"'],
    [
      ["relay", "--port", "70000"],
      2,
      'fedloom: --port: expected a whole number from 0 to 65535, received "70000"',
    ],
    [["relay", "8765"], 2, 'fedloom: relay: expected no operands, received "8765"'],
    [["relay", "--colour"], 2, "(fedloom relay --help lists the options)"],
    [["relay", "--host", "0.0.0.0", "--port", "0"], 1, "expected an address of this machine (127.0.0.1)"],
    [["relay", "--tokens", "/nowhere"], 1, "fedloom: /nowhere: expected a readable token file: ENOENT"],
    [["watch", "--from", "yesterday"], 2, 'fedloom: --from: expected start or latest, received "yesterday"'],
    [
      ["watch", "--type", "roundx"],
      2,
      "fedloom: --type: expected event types, or patterns such as round_* that match some",
    ],
    [
      ["watch", "--severity", "bad"],
      2,
      'fedloom: --severity: expected "info" or "warning" or "critical", received "bad"',
    ],
    [["watch", "x"], 2, 'fedloom: RUN_ID: expected a ULID of 26 characters, received "x"'],
    [
      ["watch", "--url", "localhost:8765"],
      2,
      'fedloom: --url: expected an address that begins with ws:// or wss://, received "localhost:8765"',
    ],
    [["sync"], 2, "fedloom: sync: expected files or folders, received none"],
    [["sync", "/nowhere.jsonl"], 1, "fedloom: /nowhere.jsonl: expected a readable file: ENOENT"],
    [
      ["token", "create", "--role", "viewer", "--tokens", "t", "--expires", "9999999"],
      2,
      'fedloom: --expires: expected a whole number from 1 to 36500, received "9999999"',
    ],
    [
      ["token", "create", "--role", "king"],
      2,
      '--role: expected viewer or publisher or client or admin, received "king"',
    ],
  ] as [string[], number, string][])("%j ends with %i", async (args, code, text) => {
    const ended = await run(...args);
    expect(ended.output).toContain(text);
    expect(ended.code).toBe(code);
  });
});

describe("fedloom sync and watch", () => {
  it("bring a run to a relay once and show it", async () => {
    const directory = await stage.folder();
    const file = await offlineRun(directory, 3);
    const relay = await stage.relay();
    const first = await run("sync", directory, "--url", relay.url);
    expect(first).toEqual({ code: 0, output: `${file}: 6 events, 6 sent, 0 there already\n` });
    const again = await run("sync", file, "--url", relay.url, "--json");
    expect(JSON.parse(again.output)).toEqual({ file, runs: 1, events: 6, sent: 0, damaged: 0, rejected: 0 });
    const shown = await run("watch", RUN_ID, "--url", relay.url);
    expect(shown.code).toBe(0);
    const lines = shown.output.trimEnd().split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[1]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} 000000 round_start +round=1 totalRounds=3 participatingClients=1$/,
    );
    // What comes from elsewhere cannot colour the terminal.
    expect(lines[4]).toContain("error=a\ufffd[31mb");
    const json = await run(
      "watch",
      RUN_ID,
      "--url",
      relay.url,
      "--json",
      "--type",
      "*_mode",
      "--type",
      "*_end",
    );
    expect(
      json.output
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).type),
    ).toEqual(["training_mode", "training_end"]);
  });

  it("say who does not answer", async () => {
    const file = await offlineRun(await stage.folder(), 1);
    const ended = await run("sync", file, "--url", "ws://127.0.0.1:9", "--timeout", "1");
    expect(ended).toEqual({
      code: 1,
      output: "fedloom: ws://127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9\n",
    });
  });
});

describe("fedloom relay", () => {
  it("says goodbye when it is asked to stop, and ends at once when it is asked again", async () => {
    const [patient, hasty] = [await stage.relay(), await stage.relay()];
    /** A viewer that never answers, so that the goodbye takes its whole time; not even pings, so that it does not last. */
    const openSilent = async (port: number) =>
      stage.own(await RawWebSocket.open(port), ({ socket }) => socket.destroy());
    await openSilent(patient.port);
    patient.process.kill("SIGINT");
    expect(await patient.exited).toBe(0);
    const { closeCode } = await openSilent(hasty.port);
    hasty.process.kill("SIGTERM");
    await closeCode;
    hasty.process.kill("SIGINT");
    expect(await hasty.exited).toBe(130);
  });
});

describe("fedloom token", () => {
  it("makes tokens that a relay asks for", async () => {
    const tokens = join(await stage.folder(), "tokens");
    const made = startCli(["token", "create", "--role", "viewer", "--tokens", tokens]);
    expect(await made.exited).toBe(0);
    const [, token = ""] = made.output().match(/^(fedloom_\S+)$/m) ?? [];
    expect(await readFile(tokens, "utf8")).not.toContain(token);
    expect((await stat(tokens)).mode & 0o777).toBe(0o600);
    const relay = await stage.relay(["--tokens", tokens]);
    const welcome = await new Promise((resolve) => {
      const socket = new WebSocket(relay.url, { headers: { authorization: `Bearer ${token}` } });
      stage.own(socket, (each) => each.terminate());
      socket.on("message", (frame) => resolve(JSON.parse(frame.toString()).data));
    });
    expect(welcome).not.toHaveProperty("authenticate");
    const refused = await run(
      "sync",
      await offlineRun(await stage.folder(), 1),
      "--url",
      relay.url,
      "--token",
      "wrong",
    );
    expect(refused).toEqual({ code: 1, output: `fedloom: ${relay.url}: token: expected a valid one\n` });
  });
});
