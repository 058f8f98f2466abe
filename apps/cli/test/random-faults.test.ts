import { afterEach, describe, expect, it } from "vitest";
import { Stage, untilSeen, upTo, waitMs } from "./stage.js";
import { TcpProxy } from "./tcp-proxy.js";

const stage = new Stage();
afterEach(() => stage.end());

/** `FEDLOOM_FAULT_SECONDS=1800 npx vitest run --project system apps/cli/test/random-faults` is the long form. */
const SECONDS = Number(process.env.FEDLOOM_FAULT_SECONDS ?? 5);
const SEED = Number(process.env.FEDLOOM_FAULT_SEED ?? Math.floor(Math.random() * 1e9));

/** So many bursts of about ten events, however long the run: all fit into the relay's memory, so that none may be missed. */
const BURST_MS = (SECONDS * 1_000) / 500;

/** A small generator of chance from a seed (mulberry32), so that a run can be made again. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("faults at random", () => {
  it(`lose nothing, repeat nothing and change no order (seed ${SEED}, ${SECONDS} s)`, {
    timeout: (SECONDS + 90) * 1_000,
  }, async () => {
    const random = createRandom(SEED);
    let relay = await stage.relay();
    const { port } = relay;
    const proxy = stage.own(new TcpProxy(() => port), (each) => each.close());
    const url = `ws://127.0.0.1:${await proxy.listen()}`;
    const { sender, sendRound } = await stage.sender(url);
    const watchers = [stage.watch(url), stage.watch(url), stage.watch(relay.url)];
    const restart = async (signal: "SIGKILL" | "SIGTERM") => {
      relay.process.kill(signal);
      await relay.exited;
      await waitMs(random() * 300);
      relay = await stage.relay([], port);
    };
    const freeze = async () => {
      relay.process.kill("SIGSTOP");
      await waitMs(random() * 1_500);
      relay.process.kill("SIGCONT");
    };
    const swallow = async () => {
      proxy.setMode("swallow");
      await waitMs(random() * 1_500);
      proxy.setMode("forward");
    };
    // A viewer that comes anew must get the whole run, whatever has become of the relay meanwhile.
    const restartViewer = async () => {
      const place = Math.floor(random() * watchers.length);
      watchers[place]?.viewer.close();
      watchers[place] = stage.watch(url);
    };
    const hamper = async () => {
      proxy.setMode(random() < 0.5 ? "dribble" : "slow");
      await waitMs(random() * 1_500);
      proxy.setMode("forward");
    };
    const faults = [
      async () => proxy.cutAll(),
      swallow,
      freeze,
      () => restart("SIGKILL"),
      () => restart("SIGTERM"),
      restartViewer,
      hamper,
    ];
    const until = performance.now() + SECONDS * 1_000;
    let [round, isDone] = [0, false];
    const sending = (async () => {
      while (!isDone) {
        for (let n = Math.ceil(random() * 20); n > 0; n--) sendRound(++round);
        await waitMs(BURST_MS);
      }
    })();
    while (performance.now() < until) {
      await faults[Math.floor(random() * faults.length)]?.();
      await waitMs(random() * 400);
    }
    proxy.setMode("forward");
    isDone = true;
    await sending;
    const isComplete = await sender.flush(60_000);
    expect(isComplete, `${sender.state} ${sender.stateReason} ${JSON.stringify(sender.counters)}`).toBe(true);
    await expect
      .poll(() => sender.counters)
      .toMatchObject({
        sent: round,
        spooled: round,
        dropped: 0,
        rejected: 0,
        failed: 0,
      });
    for (const watcher of watchers) {
      await untilSeen(watcher, round, 60_000);
      expect(watcher.rounds).toEqual(upTo(round));
    }
  });
});
