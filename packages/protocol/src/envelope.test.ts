import { describe, expect, it } from "vitest";
import { checkWireEvent, createEvent, fromWireEvent, toWireEvent, type WireEvent } from "./envelope.js";

const runId = "01JD0000000000000000000000";
const now = () => new Date("2026-11-20T10:32:00.000Z");

function throughTheWire(event: Parameters<typeof toWireEvent>[0]) {
  const checked = checkWireEvent(JSON.parse(JSON.stringify(toWireEvent(event))));
  if (!checked.ok) throw checked.error;
  return fromWireEvent(checked.value);
}

function refusal(input: unknown) {
  const checked = checkWireEvent(input);
  if (checked.ok) throw new Error("expected a refusal");
  return checked.error;
}

describe("events on the wire", () => {
  it("are snake_case there and camelCase here", () => {
    const event = createEvent(
      "round_start",
      { runId, round: 1, totalRounds: 5, participatingClients: 3 },
      now,
    );
    expect(toWireEvent(event)).toEqual({
      type: "round_start",
      timestamp: "2026-11-20T10:32:00.000Z",
      data: { run_id: runId, round: 1, total_rounds: 5, participating_clients: 3 },
    });
    expect(throughTheWire(event)).toEqual(event);
  });

  it("carry non-finite metric values as strings and give them back as numbers", () => {
    const event = createEvent(
      "round_metrics",
      {
        runId,
        round: 1,
        totalRounds: 5,
        metrics: { loss: Number.NaN, auroc: Number.NEGATIVE_INFINITY, f1: 0.5 },
      },
      now,
    );
    expect(toWireEvent(event).data.metrics).toEqual({ loss: "NaN", auroc: "-Infinity", f1: 0.5 });
    expect(throughTheWire(event)).toEqual(event);
  });

  it("leave a client alone whose name is NaN", () => {
    const event = createEvent(
      "client_progress",
      {
        runId,
        round: 1,
        clientId: "NaN",
        localEpoch: 1,
        totalLocalEpochs: 1,
        trainLoss: Number.NaN,
        learningRate: 0.1,
      },
      now,
    );
    expect(throughTheWire(event)).toEqual(event);
  });

  it("rename nested objects too, but no keys of maps", () => {
    const metrics = createEvent(
      "system_metrics",
      {
        host: "a",
        cpuPercent: 1,
        memoryPercent: 2,
        memoryUsedBytes: 3,
        diskPercent: 4,
        diskUsedBytes: 5,
        networkRxBytes: 6,
        networkTxBytes: 7,
        loadAverage: 0.1,
        gpu: [{ name: "g", utilizationPercent: 50, memoryUsedBytes: 1, memoryTotalBytes: 2 }],
      },
      now,
    );
    expect(toWireEvent(metrics).data.gpu).toEqual([
      { name: "g", utilization_percent: 50, memory_used_bytes: 1, memory_total_bytes: 2 },
    ]);
    expect(throughTheWire(metrics)).toEqual(metrics);
    const alert = createEvent(
      "alert",
      {
        alertId: "a1",
        severity: "info",
        title: "t",
        message: "m",
        source: "s",
        labels: { someLabel: "NaN" },
        state: "firing",
      },
      now,
    );
    expect(throughTheWire(alert)).toEqual(alert);
  });

  it("lose fields that this version does not know", () => {
    const wire = toWireEvent(
      createEvent("training_mode", { runId, isFederated: true, numRounds: 1, numClients: 2 }),
    );
    const checked = checkWireEvent({ ...wire, data: { ...wire.data, colour: "red" }, extra: 1 });
    expect(checked).toEqual({ ok: true, value: wire });
  });

  it("are refused with field, expected and received", () => {
    const good: WireEvent = toWireEvent(
      createEvent("round_start", { runId, round: 1, totalRounds: 5, participatingClients: 3 }),
    );
    expect(refusal({ ...good, data: { ...good.data, round: 0 } })).toMatchObject({
      code: "invalid_data",
      message: "round_start: data.round: expected at least 1, received 0",
      field: "data.round",
    });
    expect(refusal({ ...good, data: { ...good.data, round: "x" } }).message).toBe(
      'round_start: data.round: expected number, received "x"',
    );
    expect(refusal({ ...good, data: {} })).toMatchObject({ field: "data.run_id", received: "nothing" });
    expect(refusal({ ...good, type: "round_begin" })).toMatchObject({
      code: "unknown_type",
      received: '"round_begin"',
    });
    expect(refusal({ ...good, timestamp: "yesterday" })).toMatchObject({
      code: "invalid_envelope",
      field: "timestamp",
    });
    expect(refusal([])).toMatchObject({ code: "invalid_envelope", field: "(root)" });
    expect(refusal({ ...good, type: "toString" })).toMatchObject({ code: "unknown_type" });
  });
});

describe("limits that a database would hit", () => {
  const at = (timestamp: string, round: number) =>
    checkWireEvent({
      type: "round_start",
      timestamp,
      data: { run_id: "01JD0000000000000000000000", round, total_rounds: 1, participating_clients: 1 },
    });

  it("refuses times before 1970 and numbers of rounds that nobody counts to", () => {
    expect(at("1970-01-01T00:00:00Z", 2 ** 31 - 1)).toMatchObject({ ok: true });
    expect(at("0000-01-01T00:00:00Z", 1)).toMatchObject({ ok: false, error: { field: "timestamp" } });
    expect(at("1970-01-01T00:00:00Z", 2 ** 31)).toMatchObject({ ok: false, error: { field: "data.round" } });
  });
});
