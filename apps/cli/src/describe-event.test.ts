import type { FedloomEvent } from "@fedloom/protocol";
import { expect, it } from "vitest";
import { describeEvent } from "./describe-event.js";

const timestamp = "2026-03-01T10:20:30.456Z";

it("puts time, run, type and numbers into one line", () => {
  const event: FedloomEvent = {
    type: "round_metrics",
    timestamp,
    data: {
      runId: "01JD0000000000000000ABCDEF",
      round: 3,
      totalRounds: 10,
      metrics: { loss: 0.123456789, accuracy: 1 },
    },
  };
  expect(describeEvent(event)).toBe(
    "10:20:30.456 ABCDEF round_metrics    round=3 totalRounds=10 loss=0.12346 accuracy=1",
  );
});

it("counts lists, and leaves out what is not there", () => {
  const event = {
    type: "round_start",
    timestamp,
    data: { round: 1, clientIds: ["a", "b"], note: undefined },
  } as unknown as FedloomEvent;
  expect(describeEvent(event)).toBe("10:20:30.456        round_start      round=1 clientIds=[2]");
});

it("lets no text move the cursor, colour the terminal, turn its direction or begin a line", () => {
  const data = { error: "a\u001b[2Jb\r\nc\u0007\u009bd\u202ee", "na\u001bme": { "x\ny": 1 } };
  const line = describeEvent({ type: "error", timestamp, data } as unknown as FedloomEvent);
  expect(line).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
  expect(line).toContain("error=a\ufffd[2Jb\ufffd\ufffdc");
});
