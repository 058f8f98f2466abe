import { hostname } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { checkWireEvent, createEvent, toWireEvent } from "@fedloom/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSystemSampler, type SystemSampler, type SystemSamplerOptions } from "./system-sampler.js";

const opened: SystemSampler[] = [];
afterEach(async () => {
  for (const sampler of opened.splice(0)) await sampler.close();
});

function open(options: SystemSamplerOptions = {}): SystemSampler {
  const sampler = createSystemSampler({ nvidiaSmi: "no-such-program", ...options });
  opened.push(sampler);
  return sampler;
}

describe.each(["proc", "library"] as const)("createSystemSampler by %s", (source) => {
  it("measures this machine, in the form that events have", async () => {
    const failures: string[] = [];
    const onFailure = (part: string, reason: string | undefined) => failures.push(`${part}: ${reason}`);
    const sample = await open({ source, onFailure }).sample();
    expect(failures).toEqual([]);
    expect(sample.host).toBe(hostname());
    expect(sample.memoryPercent).toBeGreaterThan(0);
    expect(sample.memoryUsedBytes).toBeGreaterThan(1_000_000);
    expect(sample.diskUsedBytes).toBeGreaterThan(1_000_000);
    const wire = toWireEvent(createEvent("system_metrics", sample));
    expect(checkWireEvent(wire)).toEqual({ ok: true, value: wire });
    expect(wire.data).not.toHaveProperty("gpu");
  });

  it("says that the CPU is busy when it is", async () => {
    const sampler = open({ source });
    await sampler.sample();
    const end = performance.now() + 400;
    while (performance.now() < end);
    expect((await sampler.sample()).cpuPercent).toBeGreaterThan(1);
  });
});

describe("createSystemSampler", () => {
  it("has both sources agree about memory", async () => {
    const samples = await Promise.all(
      (["proc", "library"] as const).map((source) => open({ source }).sample()),
    );
    const [first, second] = samples.map(({ memoryUsedBytes }) => memoryUsedBytes);
    expect((first ?? 0) / (second ?? 1)).toBeCloseTo(1, 0);
  });

  it("tells once of a part that cannot be read, and gives the others", async () => {
    const onFailure = vi.fn();
    const sampler = open({ diskPath: "/no/such/folder", onFailure, host: "lab-7" });
    const [sample] = [await sampler.sample(), await sampler.sample()];
    expect(sample).toMatchObject({ host: "lab-7", diskPercent: 0, diskUsedBytes: 0 });
    expect(sample.memoryUsedBytes).toBeGreaterThan(0);
    expect(onFailure.mock.calls).toEqual([["disk", expect.stringContaining("ENOENT")]]);
  });

  it("calls a listener at once and at each interval until it is told to stop, whatever it throws", async () => {
    const onFailure = vi.fn();
    const sampler = open({ intervalMs: 20, onFailure });
    const listener = vi.fn(() => {
      if (listener.mock.calls.length === 2) throw new Error("not mine");
    });
    const stop = sampler.onSample(listener);
    await vi.waitFor(() => expect(listener.mock.calls.length).toBeGreaterThan(4));
    stop();
    const numCalls = listener.mock.calls.length;
    await sampler.sample();
    expect(listener.mock.calls).toHaveLength(numCalls);
    expect(onFailure.mock.calls).toEqual([["listener", "Error: not mine"]]);
  });

  it("lets the thread go on that calls", async () => {
    const sampler = open({ intervalMs: 50 });
    await sampler.sample();
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    let numSamples = 0;
    sampler.onSample(() => {
      numSamples += 1;
    });
    await vi.waitFor(() => expect(numSamples).toBeGreaterThan(10));
    delays.disable();
    expect(delays.count).toBeGreaterThan(100);
  });
});
