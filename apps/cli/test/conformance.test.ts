import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type RawFrame, RawWebSocket } from "./raw-web-socket.js";
import { metricOf, type RelayProcess, startRelayProcess } from "./start-cli.js";

const TEXT = 1;
const BINARY = 2;
const CONTINUATION = 0;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

let relay: RelayProcess;
let bystander: WebSocket;
const heard: string[] = [];

beforeAll(async () => {
  relay = await startRelayProcess(["--heartbeat-ms", "60000"]);
  bystander = new WebSocket(relay.url);
  bystander.on("message", (frame) => heard.push(JSON.parse(frame.toString()).type));
  await vi.waitUntil(() => heard.length === 1);
});

afterAll(async () => {
  bystander.terminate();
  relay.process.kill();
  await relay.exited;
});

const invalidUtf8 = Uint8Array.of(0x22, 0xc3, 0x28, 0x22);
const cases: [string, (RawFrame | Uint8Array)[], number][] = [
  ["a frame without a mask", [{ opcode: TEXT, payload: "{}", isMasked: false }], 1002],
  ["reserved bit 1 without an extension", [{ opcode: TEXT, payload: "{}", reserved: 4 }], 1002],
  ["reserved bit 2", [{ opcode: TEXT, payload: "{}", reserved: 2 }], 1002],
  ["reserved bit 3", [{ opcode: TEXT, payload: "{}", reserved: 1 }], 1002],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, RawFrame[], number] => [
    `reserved opcode ${opcode}`,
    [{ opcode }],
    1002,
  ]),
  ["a continuation of nothing", [{ opcode: CONTINUATION, payload: "{}" }], 1002],
  [
    "a message begun inside a message",
    [
      { opcode: TEXT, payload: "{", isFinal: false },
      { opcode: TEXT, payload: "}" },
    ],
    1002,
  ],
  ["a ping in fragments", [{ opcode: PING, isFinal: false }], 1002],
  ["a pong of 126 bytes", [{ opcode: PONG, payload: "x".repeat(126) }], 1002],
  ["a ping of 126 bytes", [{ opcode: PING, payload: "x".repeat(126) }], 1002],
  ["a close frame with half a code", [{ opcode: CLOSE, payload: Uint8Array.of(3) }], 1002],
  ["a close frame with the code 1005", [{ opcode: CLOSE, payload: Uint8Array.of(0x03, 0xed) }], 1002],
  ["a close frame with the code 999", [{ opcode: CLOSE, payload: Uint8Array.of(0x03, 0xe7) }], 1002],
  [
    "a close frame whose reason is not UTF-8",
    [{ opcode: CLOSE, payload: Uint8Array.of(0x03, 0xe8, 0xc3, 0x28) }],
    1007,
  ],
  ["text that is not UTF-8", [{ opcode: TEXT, payload: invalidUtf8 }], 1007],
  [
    "text that is not UTF-8 over two fragments",
    [
      { opcode: TEXT, payload: invalidUtf8.subarray(0, 2), isFinal: false },
      { opcode: CONTINUATION, payload: invalidUtf8.subarray(2) },
    ],
    1007,
  ],
  [
    "text that ends in the middle of a letter",
    [{ opcode: TEXT, payload: Uint8Array.of(0x22, 0xe2, 0x82) }],
    1007,
  ],
  ["a frame over the limit", [{ opcode: TEXT, payload: "x".repeat(65_537) }], 1009],
  ["a frame that announces 2 GiB", [{ opcode: TEXT, announced: 2n ** 31n }], 1009],
  ["a frame that announces 2^63 bytes", [{ opcode: BINARY, announced: 2n ** 63n }], 1009],
  [
    "fragments that are over the limit together",
    Array.from({ length: 3 }, (_, n) => ({
      opcode: n === 0 ? TEXT : CONTINUATION,
      payload: "x".repeat(30_000),
      isFinal: false,
    })),
    1009,
  ],
  [
    "too many fragments",
    Array.from({ length: 40 }, (_, n) => ({
      opcode: n === 0 ? TEXT : CONTINUATION,
      payload: "x",
      isFinal: false,
    })),
    1008,
  ],
];

describe("a relay that gets frames against RFC 6455", () => {
  it.each(cases)("%s closes that socket with the right code", async (_name, frames, code) => {
    const raw = await RawWebSocket.open(relay.port);
    raw.send(...frames);
    expect(await raw.closeCode).toBe(code);
    raw.socket.destroy();
  });

  it("answers a close, a ping between fragments, and an empty message", async () => {
    const raw = await RawWebSocket.open(relay.port);
    raw.send({ opcode: TEXT, payload: '{"type":', isFinal: false }, { opcode: PING, payload: "p" });
    raw.send({ opcode: CONTINUATION, payload: '"ping"}' }, { opcode: TEXT, payload: "" });
    raw.send({ opcode: CLOSE, payload: Uint8Array.of(0x03, 0xe8) });
    expect(await raw.closeCode).toBe(1000);
    raw.socket.destroy();
  });

  it("survives bytes of any kind", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const raw = await RawWebSocket.open(relay.port);
        raw.send(bytes);
        raw.socket.destroySoon();
        await expect.poll(() => metricOf(relay.port, "connections")).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  it("harms nobody else meanwhile", async () => {
    const event = { type: "heartbeat", timestamp: new Date().toISOString(), data: {} };
    bystander.send("{");
    await expect.poll(() => heard.at(-1)).toBe("reject");
    bystander.send(
      JSON.stringify({
        ...event,
        type: "training_mode",
        data: { run_id: "01JD0000000000000000000000", is_federated: true, num_rounds: 1, num_clients: 1 },
      }),
    );
    await expect.poll(() => heard.at(-1)).toBe("training_mode");
    expect(relay.process.exitCode).toBeNull();
    expect(await metricOf(relay.port, "connections")).toBe(1);
  });
});
