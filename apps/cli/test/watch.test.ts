import { afterEach, describe, expect, it } from "vitest";
import { RUN_ID, Stage } from "./stage.js";
import { type RunningCli, startCli } from "./start-cli.js";
import { TcpProxy } from "./tcp-proxy.js";

const stage = new Stage();
afterEach(() => stage.end());

function watch(...args: string[]): RunningCli {
  return stage.own(startCli(["watch", ...args]), async ({ process, exited }) => {
    process.kill("SIGKILL");
    await exited;
  });
}

function roundsOf(output: string): number[] {
  return [...output.matchAll(/ round=(\d+) /g)].map(([, round]) => Number(round));
}

const end = {
  status: "completed" as const,
  experimentName: "e",
  trainingDuration: "0:00:01",
  durationSeconds: 1,
  finalMetrics: {},
};

describe("fedloom watch", () => {
  it("waits for a relay, says when it loses it and what it caught up with, and prints each event once", async () => {
    const relay = await stage.relay();
    const proxy = stage.own(new TcpProxy(() => relay.port), (each) => each.close());
    const url = `ws://127.0.0.1:${await proxy.listen()}`;
    proxy.setMode("refuse");
    const watching = watch(RUN_ID, "--url", url);
    await watching.until(/^fedloom: waiting for the relay: \S/m);
    proxy.setMode("forward");
    const { sender, sendRound } = await stage.sender(relay.url);
    for (const round of [1, 2, 3]) sendRound(round);
    await watching.until(/ round=3 /);
    proxy.setMode("refuse");
    proxy.cutAll();
    await watching.until(/^fedloom: reconnecting: \S/m);
    for (const round of [4, 5]) sendRound(round);
    expect(await sender.flush()).toBe(true);
    proxy.setMode("forward");
    await watching.until(/^fedloom: reconnected, replayed 2 events$/m);
    sender.sendTrainingEnd(end);
    expect(await watching.exited).toBe(0);
    expect(roundsOf(watching.output())).toEqual([1, 2, 3, 4, 5]);
  });

  it("says when events are gone for good", async () => {
    const relay = await stage.relay(["--max-events", "10"]);
    const { sender, sendRound } = await stage.sender(relay.url);
    for (let round = 1; round <= 50; round++) sendRound(round);
    expect(await sender.flush()).toBe(true);
    const watching = watch(RUN_ID, "--url", relay.url);
    await watching.until(/^fedloom: some events are gone from the relay/m);
    sender.sendTrainingEnd(end);
    expect(await watching.exited).toBe(0);
    expect(roundsOf(watching.output()).at(-1)).toBe(50);
  });

  it("ends with the run also when its end is not to be shown, and goes on with --follow", async () => {
    const relay = await stage.relay();
    const { sender, sendRound } = await stage.sender(relay.url);
    const following = watch(RUN_ID, "--url", relay.url, "--follow");
    sendRound(1);
    sender.sendTrainingEnd(end);
    const filtered = watch(RUN_ID, "--url", relay.url, "--type", "round_*");
    expect(await filtered.exited).toBe(0);
    expect(filtered.output()).toMatch(/^\S+ 000000 round_start .*\n$/);
    await following.until(/training_end/);
    sendRound(2);
    await following.until(/ round=2 /);
    following.process.kill("SIGINT");
    expect(await following.exited).toBe(0);
  });

  it("ends quietly when nobody reads its output any more", async () => {
    const relay = await stage.relay();
    const { sendRound } = await stage.sender(relay.url);
    const watching = watch(RUN_ID, "--url", relay.url);
    sendRound(1);
    await watching.until(/ round=1 /);
    watching.process.stdout?.destroy();
    let round = 1;
    const more = stage.own(
      setInterval(() => sendRound(++round), 10),
      clearInterval,
    );
    expect(await watching.exited).toBe(0);
    clearInterval(more);
    expect(watching.output().trimEnd().split("\n")).toHaveLength(1);
  });

  it("passes over events of other runs", async () => {
    const relay = await stage.relay();
    const other = await stage.sender(relay.url, { runId: "01JD0000000000000000000001" });
    const { sender, sendRound } = await stage.sender(relay.url);
    const watching = watch(RUN_ID, "--url", relay.url, "--json");
    other.sendRound(7);
    other.sender.sendTrainingEnd(end);
    expect(await other.sender.flush()).toBe(true);
    sendRound(1);
    sender.sendTrainingEnd(end);
    expect(await watching.exited).toBe(0);
    const frames = watching
      .output()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(frames.map(({ type, data }) => [type, data.run_id])).toEqual([
      ["round_start", RUN_ID],
      ["training_end", RUN_ID],
    ]);
  });
});
