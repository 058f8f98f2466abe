import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { type Database, openDatabase } from "@fedloom/db";
import { Relay } from "@fedloom/relay";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type SystemMonitor, type SystemMonitorOptions, startSystemMonitor } from "./system-monitor.js";
import { createDataFolder, eventOf, metricsOf } from "./testing-hosts.js";

let folder: Awaited<ReturnType<typeof createDataFolder>>;
let database: Database;
const closers: (() => unknown)[] = [];
let numHosts = 0;

beforeAll(async () => {
  folder = await createDataFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
}, 60_000);

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

afterAll(async () => {
  await database?.close();
  await folder?.remove();
});

function nextHost(): string {
  numHosts += 1;
  return `host-${numHosts}`;
}

/** A relay, and a monitor whose own samples come once. */
function start(options: Partial<SystemMonitorOptions> = {}): { relay: Relay; system: SystemMonitor } {
  const relay = new Relay({ flushMs: 1 });
  const system = startSystemMonitor({
    relay,
    database,
    dataDirectory: folder.path,
    host: nextHost(),
    ...options,
  });
  closers.push(
    () => relay.close(),
    () => system.close(),
  );
  return { relay, system };
}

async function stored(host: string) {
  return (await database.hosts.list()).find((each) => each.host === host);
}

describe("startSystemMonitor", () => {
  it("publishes how this machine is, and stores it", async () => {
    const { relay, system } = start({ host: undefined, intervalMs: 50 });
    const events: unknown[] = [];
    relay.onEvent((stream, entry) => events.push([stream.key, entry.type, entry.host]));
    await vi.waitFor(() => expect(events.length).toBeGreaterThan(3), 10_000);
    expect(events[0]).toEqual(["host", "system_metrics", hostname()]);
    expect(system.figures).toMatchObject({ numHosts: 1, numLeftOut: 0, failure: undefined });
    await vi.waitFor(async () => {
      await system.flush();
      const record = await stored(hostname());
      expect(record?.lastSample?.memoryUsedBytes).toBeGreaterThan(1_000_000);
    });
  });

  it("stores what other machines say, by the server's clock, whatever theirs says", async () => {
    const [past, future] = [nextHost(), nextHost()];
    const now = () => new Date("2026-11-20T10:00:00.000Z");
    const { relay, system } = start({ now });
    relay.publish(eventOf(past, { now: () => new Date("1970-01-02T00:00:00Z"), cpuPercent: 1 }));
    relay.publish(eventOf(future, { now: () => new Date("2199-01-01T00:00:00Z") }));
    await system.flush();
    const at = now().toISOString();
    expect(await stored(past)).toMatchObject({
      firstSeenAt: at,
      lastSeenAt: at,
      lastSample: { ...metricsOf(past), cpuPercent: 1, at },
    });
    expect((await stored(future))?.lastSample?.at).toBe(at);
  });

  it("stores no more of a host than its share, and shows the newest all the same", async () => {
    const host = nextHost();
    let clock = 0;
    const { relay, system } = start({ clock: () => clock });
    for (let index = 0; index < 10_000; index++) {
      clock += 1;
      relay.publish(eventOf(host, { cpuPercent: index % 100 }));
    }
    expect(system.figures.numWaiting).toBeLessThanOrEqual(6);
    const current = system.current().find(({ sample }) => sample.host === host);
    expect(current?.sample.cpuPercent).toBe(99);
  });

  it("keeps what comes while the database is away, and stores it once when it is back", async () => {
    const host = nextHost();
    let isAway = true;
    const storeSamples = vi.fn(async (samples: Parameters<Database["hosts"]["storeSamples"]>[0]) => {
      if (isAway) throw new Error("nothing listens there\nselect secret");
      await database.hosts.storeSamples(samples);
    });
    let time = Date.parse("2026-11-20T10:00:00.000Z");
    const { relay, system } = start({
      database: { hosts: { ...database.hosts, storeSamples } },
      clock: () => time,
      now: () => new Date(time),
    });
    for (let index = 0; index < 3; index++) {
      relay.publish(eventOf(host));
      await system.flush();
      time += 5_000;
    }
    const failure = "samples of hosts are not stored: nothing listens there";
    expect(system.figures).toMatchObject({ failure });
    expect(system.figures.numWaiting).toBeGreaterThanOrEqual(3);
    isAway = false;
    await system.flush();
    await system.flush();
    expect(system.figures).toMatchObject({ failure: undefined, numWaiting: 0 });
    const span = { since: new Date(time - 60_000).toISOString(), until: new Date(time).toISOString() };
    const [line] = await database.hosts.history("cpu_percent", { host, ...span, maxPoints: 100 });
    expect(line?.points).toHaveLength(3);
  });

  it("leaves a sample out that the database refuses, and keeps the others", async () => {
    const [bad, good] = [nextHost(), nextHost()];
    const { relay, system } = start();
    // More than the column holds; the relay takes it from within this process without a check.
    relay.publish(eventOf(bad, { memoryUsedBytes: 2 ** 70 }));
    relay.publish(eventOf(good));
    await system.flush();
    expect((await stored(good))?.lastSample).toMatchObject(metricsOf(good));
    expect(await stored(bad)).toBeUndefined();
    expect(system.figures).toMatchObject({ numLeftOut: 1, failure: undefined });
  });

  it("says which parts of this machine cannot be read, and nothing of its files", async () => {
    const { system } = start({ dataDirectory: `${folder.path}/none`, intervalMs: 20 });
    await vi.waitFor(() => expect(system.figures.failure).toBe("cannot be read here: disk"), 10_000);
    await mkdir(`${folder.path}/none`);
    await vi.waitFor(() => expect(system.figures.failure).toBeUndefined(), 10_000);
  });

  it("stores the last samples when it is closed, and publishes no more", async () => {
    const host = nextHost();
    const { relay, system } = start({ intervalMs: 20 });
    relay.publish(eventOf(host));
    await system.close();
    const numEvents = relay.streams.position;
    expect((await stored(host))?.lastSample).toMatchObject(metricsOf(host));
    relay.publish(eventOf(host));
    expect(relay.streams.position).toBe(numEvents + 1);
    expect(system.figures.numWaiting).toBe(0);
  });

  it("forgets a host that was deleted, until it says something again", async () => {
    const host = nextHost();
    const { relay, system } = start();
    relay.publish(eventOf(host));
    system.forget(host);
    await system.flush();
    expect(await stored(host)).toBeUndefined();
    relay.publish(eventOf(host));
    await system.flush();
    expect(await stored(host)).toBeDefined();
  });

  it("thins what is old", async () => {
    const host = nextHost();
    let time = Date.parse("2026-01-01T00:00:00.000Z");
    const { relay, system } = start({ clock: () => time, now: () => new Date(time) });
    for (let index = 0; index < 24; index++) {
      relay.publish(eventOf(host, { cpuPercent: index }));
      time += 5_000;
    }
    await system.flush();
    time += 2 * 24 * 60 * 60_000;
    await system.thin();
    const span = { since: "2026-01-01T00:00:00.000Z", until: "2026-01-01T00:02:00.000Z" };
    const [line] = await database.hosts.history("cpu_percent", { host, ...span, maxPoints: 2_000 });
    expect(line?.points.map(({ average, max }) => [average, max])).toEqual([
      [5.5, 11],
      [17.5, 23],
    ]);
  });
});
