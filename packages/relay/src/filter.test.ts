import { createEvent, type Subscription, toWireEvent, type WireEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { createFilter } from "./filter.js";
import { Streams } from "./streams.js";
import { RUN_A, RUN_B, roundStart } from "./testing-client.js";
import { testingStreams } from "./testing-streams.js";

const alert = (severity: "info" | "critical", host?: string) =>
  toWireEvent(
    createEvent("alert", {
      alertId: "a",
      severity,
      title: "t",
      message: "m",
      source: "s",
      state: "firing",
      ...(host && { host }),
    }),
  );
const load = (host: string) => {
  const used = { memoryPercent: 1, memoryUsedBytes: 1, diskPercent: 1, diskUsedBytes: 1 };
  const net = { networkRxBytes: 1, networkTxBytes: 1, loadAverage: 1 };
  return toWireEvent(createEvent("system_metrics", { host, cpuPercent: 1, ...used, ...net }));
};
const events: Record<string, WireEvent> = {
  "round of a": roundStart(1, RUN_A),
  "round of b": roundStart(1, RUN_B),
  "load of gpu-1": load("gpu-1"),
  "load of web": load("web"),
  "critical of gpu-1": alert("critical", "gpu-1"),
  "info of nobody": alert("info"),
};

function passed(subscription: Subscription): string[] {
  const filter = createFilter(subscription);
  return Object.entries(events).flatMap(([name, event]) => {
    const streams = new Streams(testingStreams());
    streams.accept(event);
    const [stream] = streams.all();
    const [entry] = stream?.after(0) ?? [];
    return stream && entry && filter.wants(stream) && filter.accepts(entry) ? [name] : [];
  });
}

describe("createFilter", () => {
  it.each<[Subscription, string[]]>([
    [{}, Object.keys(events)],
    [{ runId: RUN_A }, ["round of a"]],
    [{ runId: "*" }, ["round of a", "round of b"]],
    [{ types: ["round_*"] }, ["round of a", "round of b"]],
    [{ types: ["system_metrics"], hosts: ["gpu-*"] }, ["load of gpu-1"]],
    [{ types: ["alert"], severities: ["critical"] }, ["critical of gpu-1"]],
    [{ hosts: ["web"], severities: ["info"] }, ["round of a", "round of b", "load of web", "info of nobody"]],
  ])("%j", (subscription, expected) => {
    expect(passed(subscription)).toEqual(expected);
  });

  it("gives subscriptions that ask for the same the same key", () => {
    const key = (subscription: Subscription) => createFilter(subscription).key;
    expect(key({ types: ["round_end", "round_start"] })).toBe(key({ types: ["round_start", "round_end"] }));
    expect(key({ types: ["round_*"] })).toBe(key({ types: ["round_start", "round_end", "round_metrics"] }));
    expect(key({ hosts: ["a"] })).not.toBe(key({ hosts: ["b"] }));
  });
});
