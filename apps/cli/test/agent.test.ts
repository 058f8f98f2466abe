import { hostname } from "node:os";
import {
  createToken,
  createTokenCheck,
  HOST_STREAM,
  type Relay,
  type RelayOptions,
  startRelay,
} from "@fedloom/relay";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Stage } from "./stage.js";
import { type RunningCli, startCli } from "./start-cli.js";

const stage = new Stage();
afterEach(() => stage.end());

async function start(options: RelayOptions & { port?: number } = {}) {
  const { relay, address } = await startRelay({ port: 0, flushMs: 1, ...options });
  stage.own(relay, (each) => each.close());
  return { relay, port: address.port, url: `ws://127.0.0.1:${address.port}` };
}

function agent(args: readonly string[], environment: Record<string, string> = {}): RunningCli {
  return stage.own(startCli(["agent", "--interval", "0.1", ...args], environment), async (cli) => {
    cli.process.kill("SIGKILL");
    await cli.exited;
  });
}

/** Hosts that were heard of, each with the newest that it said. */
function hosts(relay: Relay): Map<unknown, Record<string, unknown>> {
  const entries = relay.streams.get(HOST_STREAM)?.after(0) ?? [];
  return new Map(entries.map(({ event }) => [event.data.host, event.data]));
}

function untilHeard(relay: Relay, ...names: string[]): Promise<void> {
  return vi.waitFor(() => expect([...hosts(relay).keys()].sort()).toEqual([...names].sort()), {
    timeout: 20_000,
  });
}

describe("fedloom agent", () => {
  it("tells how its machine is, under the name that it has or is given", async () => {
    const { relay, url } = await start();
    const named = agent(["--url", url, "--host", "gpu-7"]);
    const plain = agent([], { FEDLOOM_RELAY_URL: url });
    await untilHeard(relay, "gpu-7", hostname());
    expect(hosts(relay).get("gpu-7")).toMatchObject({ memory_used_bytes: expect.any(Number) });
    await named.until(/^tells ws:\S+ every 0\.1 s how gpu-7 is$/m);
    named.process.kill("SIGTERM");
    plain.process.kill("SIGINT");
    expect(await Promise.all([named.exited, plain.exited])).toEqual([0, 0]);
  });

  it("waits for a relay that is not there yet, and comes back to one that went away", async () => {
    const first = await start();
    await first.relay.close();
    const running = agent(["--url", first.url, "--host", "patient"]);
    await running.until(/^fedloom: waiting for the relay: \S/m);
    const second = await start({ port: first.port });
    await untilHeard(second.relay, "patient");
    await second.relay.close("restart", 0);
    const third = await start({ port: first.port });
    await untilHeard(third.relay, "patient");
    await running.until(/^fedloom: connected again$/m);
  });

  it("shows its token, and says why it is not let in", async () => {
    const publisher = createToken({ role: "publisher" });
    const viewer = createToken({ role: "viewer" });
    const { relay, url } = await start({ authenticate: createTokenCheck([publisher.record, viewer.record]) });
    agent(["--url", url, "--host", "let-in"], { FEDLOOM_TOKEN: publisher.token });
    await untilHeard(relay, "let-in");
    const kept = agent(["--url", url, "--host", "kept-out", "--token", viewer.token]);
    await kept.until(/^fedloom: waiting for the relay: \S/m);
    const stranger = agent(["--url", url, "--host", "stranger"]);
    await stranger.until(/^fedloom: waiting for the relay: the relay asks for a token$/m);
    expect([...hosts(relay).keys()]).toEqual(["let-in"]);
    expect(kept.output() + stranger.output()).not.toContain(viewer.token);
  });

  it("says what of the machine cannot be read, and tells the rest", async () => {
    const { relay, url } = await start();
    const running = agent(["--url", url, "--host", "diskless", "--disk", "/no/such/folder"]);
    await running.until(/^fedloom: disk: cannot be read: ENOENT/m);
    await untilHeard(relay, "diskless");
    expect(hosts(relay).get("diskless")).toMatchObject({ disk_percent: 0 });
  });

  it.each([
    [["--host", "a\nb"], "--host: expected 1 to 128 characters without control characters"],
    [["--interval", "0"], "--interval: expected a number from 0.1"],
    [["--url", "http://127.0.0.1:1"], "--url: expected an address that begins with ws:// or wss://"],
  ])("refuses %s", async (args, message) => {
    const cli = agent(args);
    expect(await cli.exited).toBe(2);
    expect(cli.output()).toContain(message);
  });
});
