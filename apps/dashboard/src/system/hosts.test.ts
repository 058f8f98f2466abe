import { describe, expect, it } from "vitest";
import { clockAhead, type Hosts, inOrder, isStaleAt, withListed, withSamples } from "./hosts.js";
import { sampleOf } from "./testing-samples.js";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const at = (ms: number) => new Date(START + ms).toISOString();
const listed = (host: string, ms: number, isStale = false) => ({
  ...sampleOf(host),
  receivedAt: at(ms),
  isStale,
});

describe("machines", () => {
  it("are stale half a minute after they were last heard of, and last in the list then", () => {
    let hosts: Hosts = withListed(new Map(), [listed("a", 0), listed("old", -90_000, true)], START);
    hosts = withSamples(hosts, [{ sample: sampleOf("b"), timestamp: at(0), now: START + 20_000 }]);
    const stale = (now: number) => [...hosts].flatMap(([name, view]) => (isStaleAt(view, now) ? [name] : []));
    expect(stale(START + 30_000)).toEqual(["old"]);
    expect(stale(START + 30_001)).toEqual(["a", "old"]);
    expect(inOrder(hosts, START + 40_000).map(({ sample }) => sample.host)).toEqual(["b", "a", "old"]);
  });

  it("stay stale when the same list comes again", () => {
    const list = [listed("a", 0)];
    const hosts = withListed(withListed(new Map(), list, START), list, START + 25_000);
    expect(isStaleAt(hosts.get("a") as never, START + 31_000)).toBe(true);
  });

  it("have network rates by their own clocks, also where a counter begins anew", () => {
    let hosts: Hosts = withListed(new Map(), [listed("a", -500_000)], START);
    const say = (ms: number, networkRxBytes: number) => {
      const sample = sampleOf("a", { networkRxBytes, networkTxBytes: 100 });
      hosts = withSamples(hosts, [{ sample, timestamp: at(ms), now: START + 1 }]);
      return hosts.get("a")?.rates;
    };
    expect(say(0, 1_000)).toBeUndefined();
    expect(say(5_000, 6_000)).toEqual({ receive: 1_000, transmit: 0 });
    expect(say(5_000, 6_000)).toEqual({ receive: 1_000, transmit: 0 });
    expect(say(10_000, 0)).toEqual({ receive: 0, transmit: 0 });
  });

  it("go when the server lists them no more, and keep what came by itself", () => {
    let hosts = withSamples(new Map(), [
      { sample: sampleOf("a", { cpuPercent: 77 }), timestamp: at(0), now: START },
    ]);
    hosts = withListed(hosts, [listed("a", -5_000), listed("b", 0)], START + 1_000);
    expect(hosts.get("a")?.sample.cpuPercent).toBe(77);
    expect([...withListed(hosts, [listed("b", 0)], START).keys()]).toEqual(["b"]);
  });
});

describe("clockAhead", () => {
  it("is known only where this page's clock is plainly wrong", () => {
    expect(clockAhead([], START)).toBe(0);
    expect(clockAhead([listed("a", -4_000), listed("b", -29_000)], START)).toBe(0);
    expect(clockAhead([listed("a", -600_000)], START)).toBe(600_000);
    expect(clockAhead([listed("a", 60_000)], START)).toBe(-60_000);
  });
});
