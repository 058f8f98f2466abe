import { describe, expect, it } from "vitest";
import {
  createClientMessage,
  createRelayMessage,
  decodeClientMessage,
  decodeRelayMessage,
} from "./control.js";

const runId = "01JD0000000000000000000000";

describe("control messages", () => {
  it("come back as they were sent", () => {
    const data = { runId, types: ["round_end"], from: { epoch: "e1", offset: 7 } };
    const wire = createClientMessage("subscribe", data);
    expect(wire.data).toMatchObject({ run_id: runId });
    expect(decodeClientMessage(wire)).toEqual({ ok: true, value: { type: "subscribe", data } });

    const ack = { level: "stored" as const, runId, source: "s", seq: 3 };
    expect(decodeRelayMessage(createRelayMessage("ack", ack))).toEqual({
      ok: true,
      value: { type: "ack", data: ack },
    });
  });

  it("refuse fields that nobody knows, since they would be acted on", () => {
    const decoded = decodeClientMessage({ type: "subscribe", data: { run: runId } });
    expect(decoded.ok ? undefined : decoded.error.message).toBe(
      "subscribe: data.run: expected only known fields, received an unknown field",
    );
  });

  it("refuse unknown event types in a subscription", () => {
    const decoded = decodeClientMessage({ type: "subscribe", data: { types: ["round_endd"] } });
    expect(decoded.ok ? undefined : decoded.error.field).toBe("data.types.0");
  });
});
