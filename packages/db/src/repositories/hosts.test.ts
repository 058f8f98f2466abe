import { systemMetricNames } from "@fedloom/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../open-database.js";
import { createTestFolder } from "../testing-database.js";
import type { HostSample } from "./hosts.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse("2026-11-20T00:00:00.000Z");

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let database: Database;
let numHosts = 0;

/** A host that no other test uses. */
function nextHost(): string {
  numHosts += 1;
  return `host-${numHosts}`;
}

function at(ms: number): string {
  return new Date(START + ms).toISOString();
}

function sample(host: string, ms: number, changes: Partial<HostSample> = {}): HostSample {
  return {
    host,
    at: at(ms),
    cpuPercent: 10,
    memoryPercent: 50,
    memoryUsedBytes: 8 * 2 ** 30,
    diskPercent: 20,
    diskUsedBytes: 2 ** 40,
    networkRxBytes: Math.max(0, ms),
    networkTxBytes: 5,
    loadAverage: 0.5,
    ...changes,
  };
}

/** One sample each `everyMs`, in batches. */
async function fill(host: string, until: number, everyMs: number, cpuOf: (ms: number) => number) {
  for (let from = 0; from < until; from += 5_000 * everyMs) {
    const length = Math.ceil((Math.min(until, from + 5_000 * everyMs) - from) / everyMs);
    await database.hosts.storeSamples(
      Array.from({ length }, (_, index) => {
        const ms = from + index * everyMs;
        return sample(host, ms, { cpuPercent: cpuOf(ms) });
      }),
    );
  }
}

async function history(host: string, span: [number, number], maxPoints = 2_000, metric = "cpu_percent") {
  const query = { host, since: at(span[0]), until: at(span[1]), maxPoints };
  const [line] = await database.hosts.history(metric as "cpu_percent", query);
  return line?.points ?? [];
}

beforeAll(async () => {
  folder = await createTestFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
}, 60_000);

afterAll(async () => {
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
});

describe("storeSamples", () => {
  it("keeps each sample once, and the newest with its host", async () => {
    const host = nextHost();
    const gpu = [
      { name: "H200 \u0000", utilizationPercent: 12.5, memoryUsedBytes: 7, memoryTotalBytes: 2 ** 37 },
    ];
    const samples = [sample(host, 0), sample(host, 5_000, { gpu, loadAverage: 1e300 })];
    await database.hosts.storeSamples(samples);
    await database.hosts.storeSamples([...samples, sample(host, 0, { cpuPercent: 99 })]);
    await database.hosts.storeSamples([]);
    const record = (await database.hosts.list()).find((each) => each.host === host);
    expect(record).toEqual({
      host,
      firstSeenAt: at(0),
      lastSeenAt: at(5_000),
      lastSample: sample(host, 5_000, {
        gpu: [{ ...gpu[0], name: "H200 \ufffd" } as never],
        loadAverage: 1e9,
      }),
    });
    expect(await history(host, [0, MINUTE])).toEqual([
      { at: at(0), average: 10, max: 10 },
      { at: at(5_000), average: 10, max: 10 },
    ]);
  });

  it("takes hosts of any name as data", async () => {
    const host = `'; drop table hosts; -- \u{1f600} ${"x".repeat(90)}`;
    await database.hosts.storeSamples([sample(host, 0)]);
    expect(await history(host, [0, MINUTE])).toHaveLength(1);
    expect(await database.hosts.delete(host)).toBe(true);
    expect(await database.hosts.delete(host)).toBe(false);
    expect(await history(host, [0, MINUTE])).toEqual([]);
  });
});

describe("history", () => {
  it("answers every metric, with average and highest of each part", async () => {
    const host = nextHost();
    const gpu = [10, 90].map((utilizationPercent) => ({
      name: "gpu",
      utilizationPercent,
      memoryUsedBytes: utilizationPercent,
      memoryTotalBytes: 100,
    }));
    await database.hosts.storeSamples(
      [0, 1, 2, 3].map((index) => sample(host, index * 5_000, { cpuPercent: index * 10, gpu })),
    );
    for (const metric of systemMetricNames) {
      expect(await history(host, [0, 20_000], 2, metric), metric).not.toEqual([]);
    }
    expect(await history(host, [0, 20_000], 3)).toEqual([
      { at: at(0), average: 5, max: 10 },
      { at: at(10_000), average: 25, max: 30 },
    ]);
    const busy = await history(host, [0, 5_000], 2, "gpu_utilization_percent");
    expect(busy).toEqual([{ at: at(0), average: 50, max: 90 }]);
  });

  it("says how fast counters rise, also where they begin anew", async () => {
    const host = nextHost();
    const counts = [1_000, 6_000, 500, 1_500];
    await database.hosts.storeSamples(
      counts.map((networkRxBytes, index) => sample(host, index * 5_000, { networkRxBytes })),
    );
    const rates = await history(host, [0, MINUTE], 2_000, "network_rx_bytes_per_second");
    expect(rates.map(({ average }) => average)).toEqual([1_000, 0, 200]);
  });

  it("knows several hosts, and refuses names that it does not know", async () => {
    const [first, second] = [nextHost(), nextHost()];
    await database.hosts.storeSamples([sample(first, 400 * DAY), sample(second, 400 * DAY)]);
    const span = { since: at(400 * DAY), until: at(400 * DAY + MINUTE), maxPoints: 10 };
    const lines = await database.hosts.history("cpu_percent", span);
    const filled = lines.filter(({ points }) => points.length > 0);
    expect(filled.map(({ host }) => host).sort()).toEqual([first, second]);
    expect(await database.hosts.history("cpu_percent", { ...span, until: span.since })).toEqual([]);
    await expect(database.hosts.history("1; drop table hosts" as never, span)).rejects.toThrow(/not known/);
  });
});

describe("thin", () => {
  const cpuOf = (ms: number) => (ms % MINUTE === 30_000 ? 100 : 10);

  it("keeps a day of samples and minutes of what is older, whatever is asked again", async () => {
    const host = nextHost();
    await fill(host, 25 * HOUR, 5_000, cpuOf);
    const now = new Date(START + 25 * HOUR);
    const whole = await history(host, [0, 25 * HOUR], 26);
    await database.hosts.thin(now);
    await database.hosts.thin(now);
    expect(await history(host, [0, 10 * MINUTE])).toEqual(
      Array.from({ length: 10 }, (_, minute) => ({ at: at(minute * MINUTE), average: 17.5, max: 100 })),
    );
    expect(await history(host, [HOUR, HOUR + MINUTE])).toHaveLength(12);
    const thinned = await history(host, [0, 25 * HOUR], 26);
    expect(thinned).toHaveLength(25);
    expect(thinned.map(({ max }) => max)).toEqual(whole.map(({ max }) => max));
    for (const [hour, { average }] of thinned.entries()) {
      expect(average).toBeCloseTo(whole[hour]?.average ?? Number.NaN, 3);
    }
  });

  it("makes hours after 30 days, and lets go after two years", async () => {
    const host = nextHost();
    await fill(host, 3 * HOUR, MINUTE, cpuOf);
    const later = async (days: number) => database.hosts.thin(new Date(START + days * DAY));
    await later(31);
    expect(await history(host, [0, 3 * HOUR])).toEqual(
      [0, 1, 2].map((hour) => ({ at: at(hour * HOUR), average: 10, max: 10 })),
    );
    expect(await history(host, [0, 700 * DAY], 10)).toHaveLength(1);
    await later(731);
    expect(await history(host, [0, 3 * HOUR])).toEqual([]);
    expect((await database.hosts.list()).map((each) => each.host)).not.toContain(host);
  });

  it("leaves gaps, and goes on behind them", async () => {
    const host = nextHost();
    const times = [0, 5_000, 3 * DAY, 3 * DAY + 5_000, 9 * DAY];
    await database.hosts.storeSamples(times.map((ms) => sample(host, ms)));
    await database.hosts.thin(new Date(START + 9 * DAY));
    const points = await history(host, [0, 10 * DAY]);
    expect(points.map((point) => Date.parse(point.at) - START)).toEqual(
      [0, 3 * DAY, 9 * DAY].map((ms) => expect.closeTo(ms, -6)),
    );
  });

  it("ends when it is told to", async () => {
    const host = nextHost();
    await database.hosts.storeSamples([sample(host, 0), sample(host, 10 * DAY)]);
    await database.hosts.thin(new Date(START + 10 * DAY), AbortSignal.abort());
    expect(await history(host, [0, MINUTE])).toHaveLength(1);
    expect((await history(host, [0, MINUTE], 2_000))[0]?.at).toBe(at(0));
  });

  it("keeps what two servers thin at once", async () => {
    const host = nextHost();
    await fill(host, 2 * HOUR, 5_000, cpuOf);
    const now = new Date(START + 3 * DAY);
    await Promise.all([database.hosts.thin(now), database.hosts.thin(now)]);
    const points = await history(host, [0, 2 * HOUR]);
    expect(points.map(({ average }) => average)).toEqual(Array(120).fill(17.5));
  });
});
