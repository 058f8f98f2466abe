// What a hostile client may send: each is answered to its sender, or its socket is closed with the right code; the others'
// stream goes on, and nothing of it reaches them.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RUN_A, roundStart, TestingClients } from "./testing-client.js";

const clients = new TestingClients();
let relay: Awaited<ReturnType<TestingClients["start"]>>;
let viewer: Awaited<ReturnType<TestingClients["connect"]>>;
let round = 0;

beforeAll(async () => {
  relay = await clients.start();
});
afterAll(() => clients.close());
beforeEach(async () => {
  viewer?.socket.terminate();
  viewer = await clients.connect(relay.url);
});

/** The relay serves others, and they have seen nothing but what it was asked to show them. */
async function expectOthersUnharmed(): Promise<void> {
  round += 1;
  relay.relay.publish(roundStart(round));
  const [seen] = await viewer.until("round_start");
  expect(seen?.data.round).toBe(round);
  expect(viewer.messages.map(({ type }) => type)).toEqual(["welcome", "round_start"]);
}

const at = "2026-11-20T10:00:00.000Z";
const event = (type: unknown, data: unknown, more: object = {}) => ({ type, timestamp: at, data, ...more });
const start = (data: object) =>
  event("round_start", { run_id: RUN_A, round: 1, total_rounds: 1, participating_clients: 1, ...data });
const complete = (data: object) =>
  event("client_complete", {
    run_id: RUN_A,
    round: 1,
    client_id: "a",
    num_samples: 1,
    metrics: {},
    duration_ms: 1,
    bytes_up: 1,
    bytes_down: 1,
    status: "ok",
    ...data,
  });
const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

const refused: Readonly<Record<string, readonly [frame: unknown, code: string]>> = {
  "no JSON": ["{bad", "invalid_json"],
  nothing: ["", "invalid_json"],
  "JSON with a comma too many": ['{"type":"ping",}', "invalid_json"],
  "a number": ["5", "invalid_envelope"],
  null: ["null", "invalid_envelope"],
  "an array": ["[]", "invalid_envelope"],
  "a text": ['"training_end"', "invalid_envelope"],
  "no type": [{ timestamp: at, data: {} }, "invalid_envelope"],
  "a type that is a number": [event(7, {}), "invalid_envelope"],
  "a type that is an object": [event({ toString: 1 }, {}), "invalid_envelope"],
  "an unknown type": [event("drop_tables", {}), "unknown_type"],
  "a type of Object's own": [event("toString", {}), "unknown_type"],
  "a type called __proto__": [event("__proto__", {}), "unknown_type"],
  "a type in capitals": [event("ROUND_START", {}), "unknown_type"],
  "no timestamp": [{ type: "round_start", data: {} }, "invalid_envelope"],
  "a timestamp without zone": [{ ...start({}), timestamp: "2026-11-20T10:00:00" }, "invalid_envelope"],
  "a timestamp before 1970": [{ ...start({}), timestamp: "0000-01-01T00:00:00.000Z" }, "invalid_envelope"],
  "a timestamp that is a number": [{ ...start({}), timestamp: 1e12 }, "invalid_envelope"],
  "no data": [{ type: "round_start", timestamp: at }, "invalid_envelope"],
  "data that is an array": [event("round_start", []), "invalid_envelope"],
  "meta that is a text": [{ ...start({}), meta: "x" }, "invalid_envelope"],
  "a negative seq": [{ ...start({}), meta: { source: "x", seq: -1 } }, "invalid_envelope"],
  "a seq that is no integer": [{ ...start({}), meta: { source: "x", seq: 1.5 } }, "invalid_envelope"],
  "a seq beyond what a number holds": [
    { ...start({}), meta: { source: "x", seq: 2 ** 53 } },
    "invalid_envelope",
  ],
  "a source with a line break": [{ ...start({}), meta: { source: "a\nb", seq: 1 } }, "invalid_envelope"],
  "a source that is too long": [
    { ...start({}), meta: { source: "x".repeat(129), seq: 1 } },
    "invalid_envelope",
  ],
  "a key called __proto__": [
    `{"type":"round_start","timestamp":"${at}","data":{"__proto__":{"admin":true}}}`,
    "forbidden_key",
  ],
  "a key called constructor": [event("round_start", { constructor: {} }), "forbidden_key"],
  "a key called prototype": [event("round_start", { a: { prototype: 1 } }), "forbidden_key"],
  "arrays in arrays": [deep(1_000), "too_deep"],
  "arrays in arrays, as deep as a frame holds": [deep(30_000), "too_deep"],
  "more keys than allowed": [
    event("round_start", Object.fromEntries(Array.from({ length: 2_100 }, (_, i) => [`k${i}`, 1]))),
    "too_large",
  ],
  "a run id that is a path": [start({ run_id: "../../../../etc/passwd" }), "invalid_data"],
  "a run id that is SQL": [start({ run_id: "'; drop table runs; --" }), "invalid_data"],
  "a run id that is too short": [start({ run_id: "01JD" }), "invalid_data"],
  "a run id in lower case": [start({ run_id: RUN_A.toLowerCase() }), "invalid_data"],
  "a run id beyond ULID's range": [start({ run_id: `8${"0".repeat(25)}` }), "invalid_data"],
  "no run id": [start({ run_id: undefined }), "invalid_data"],
  "round 0": [start({ round: 0 }), "invalid_data"],
  "a negative round": [start({ round: -1 }), "invalid_data"],
  "half a round": [start({ round: 1.5 }), "invalid_data"],
  "a round that no database holds": [start({ round: 2 ** 31 }), "invalid_data"],
  "a round that is a text": [start({ round: "1" }), "invalid_data"],
  "a round that is infinite": [
    `{"type":"round_start","timestamp":"${at}","data":{"run_id":"${RUN_A}","round":1e400,"total_rounds":1,"participating_clients":1}}`,
    "invalid_data",
  ],
  "more clients than a round has": [
    start({ client_ids: Array.from({ length: 10_001 }, () => "a") }),
    "invalid_data",
  ],
  "a client without a name": [complete({ client_id: "" }), "invalid_data"],
  "a client's name with control characters": [complete({ client_id: "a\u001b[2J" }), "invalid_data"],
  "a client's name of 10,000 characters": [complete({ client_id: "x".repeat(10_000) }), "invalid_data"],
  "a negative sample count": [complete({ num_samples: -5 }), "invalid_data"],
  "a sample count of NaN": [complete({ num_samples: "NaN" }), "invalid_data"],
  "a sample count of 1e308": [complete({ num_samples: 1e308 }), "invalid_data"],
  "a negative duration": [complete({ duration_ms: -1 }), "invalid_data"],
  "an unknown status": [complete({ status: "winning" }), "invalid_data"],
  "a metric that is a text": [
    complete({ metrics: { loss: "<img src=x onerror=alert(1)>" } }),
    "invalid_data",
  ],
  "a metric that is an object": [complete({ metrics: { loss: { valueOf: 1 } } }), "invalid_data"],
  "a metric without a name": [complete({ metrics: { "": 1 } }), "invalid_data"],
  "257 metrics": [
    complete({ metrics: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`m${i}`, 1])) }),
    "invalid_data",
  ],
  "an error of 5,000 characters": [complete({ error: "x".repeat(5_000) }), "invalid_data"],
  "a CPU at 1,000 %": [event("system_metrics", { host: "h", cpu_percent: 1_000 }), "invalid_data"],
  "subscribe to a run that is none": [{ type: "subscribe", data: { run_id: "x" } }, "invalid_data"],
  "subscribe with an unknown field": [
    { type: "subscribe", data: { run_id: RUN_A, admin: true } },
    "invalid_data",
  ],
  "subscribe to types that are none": [{ type: "subscribe", data: { types: ["nothing_*"] } }, "invalid_data"],
  "subscribe with a pattern that backtracks": [
    { type: "subscribe", data: { types: ["*a*a*a*a*b"] } },
    "invalid_data",
  ],
  "subscribe to 1,000 types": [
    { type: "subscribe", data: { types: Array.from({ length: 1_000 }, () => "round_*") } },
    "too_large",
  ],
  "subscribe from a negative offset": [
    { type: "subscribe", data: { run_id: RUN_A, from: { epoch: "e", offset: -1 } } },
    "invalid_data",
  ],
  "publish without a source": [{ type: "publish", data: { run_id: RUN_A } }, "invalid_data"],
  "publish as an array": [{ type: "publish", data: [] }, "invalid_data"],
  "a ping of 5,000 bytes": [{ type: "ping", data: { id: "x".repeat(5_000) } }, "too_large"],
  "authenticate where nobody asks": [
    { type: "authenticate", data: { token: "fedloom_x" } },
    "already_authenticated",
  ],
  "what only the relay says": [{ type: "welcome", timestamp: at, data: {} }, "unknown_type"],
};

describe("a frame is refused to its sender alone", () => {
  it.each(Object.entries(refused))("%s", async (_, [frame, code]) => {
    const hostile = await clients.connect(relay.url);
    hostile.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    const [reject] = await hostile.until("reject");
    expect(reject?.data).toMatchObject({ code, message: expect.stringMatching(/^.{8,400}$/s) });
    // The connection goes on: what was wrong may have been a mistake.
    hostile.send({ type: "ping", data: { id: "still here" } });
    await hostile.until("pong");
    await expectOthersUnharmed();
    hostile.socket.terminate();
  });
});

/** A frame of RFC 6455, masked as a client's. */
function frame(
  opcode: number,
  payload: Buffer,
  { fin = true, masked = true, rsv = 0, length = payload.length } = {},
): Buffer {
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : undefined;
  const head = size ?? [127, ...new Uint8Array(BigUint64Array.of(BigInt(length)).buffer).reverse()];
  head[0] = (head[0] as number) | (masked ? 0x80 : 0);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([Buffer.from([first, ...head]), masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

const closed: Readonly<Record<string, readonly [bytes: Buffer, code: number]>> = {
  "text that is no UTF-8": [frame(1, Buffer.from([0xff, 0xfe])), 1007],
  "text cut within a character": [frame(1, Buffer.from([0xe2, 0x82])), 1007],
  "a frame that is not masked": [frame(1, Buffer.from("{}"), { masked: false }), 1002],
  "a reserved opcode": [frame(3, Buffer.from("{}")), 1002],
  "a reserved bit": [frame(1, Buffer.from("{}"), { rsv: 4 }), 1002],
  "a continuation of nothing": [frame(0, Buffer.from("{}")), 1002],
  "a ping in pieces": [frame(9, Buffer.from("x"), { fin: false }), 1002],
  "a ping of 126 bytes": [frame(9, Buffer.alloc(126)), 1002],
  "a close with half a code": [frame(8, Buffer.from([3])), 1002],
  "a close with code 1005": [frame(8, Buffer.from([0x03, 0xed])), 1002],
  "a new message within another": [
    Buffer.concat([frame(1, Buffer.from("{"), { fin: false }), frame(1, Buffer.from("}"))]),
    1002,
  ],
  "a frame of 64 KiB and one byte": [frame(1, Buffer.alloc(64 * 1024 + 1, 32)), 1009],
  "a frame that says it has 4 GiB": [frame(1, Buffer.alloc(10, 32), { length: 2 ** 32 }), 1009],
  "a frame that says it has 2^53 bytes": [
    frame(1, Buffer.alloc(10, 32), { length: Number.MAX_SAFE_INTEGER }),
    1009,
  ],
  "a message of 1,000 pieces": [
    Buffer.concat(
      Array.from({ length: 1_000 }, (_, i) => frame(i ? 0 : 1, Buffer.from(" "), { fin: false })),
    ),
    1008,
  ],
  "a message whose pieces are too large together": [
    Buffer.concat(
      Array.from({ length: 5 }, (_, i) => frame(i ? 0 : 1, Buffer.alloc(20_000, 32), { fin: i === 4 })),
    ),
    1009,
  ],
};

describe("a socket is closed, and only it", () => {
  it.each(Object.entries(closed))("%s", async (_, [bytes, code]) => {
    const socket = await openRaw(relay.port);
    socket.write(bytes);
    expect(await closeCodeOf(socket)).toBe(code);
    await expectOthersUnharmed();
  });
});

const requests: Readonly<Record<string, readonly [head: readonly string[], status: number]>> = {
  "no key": [
    [
      "GET / HTTP/1.1",
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
    ],
    400,
  ],
  "a key that is none": [
    [
      "GET / HTTP/1.1",
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: x",
    ],
    400,
  ],
  "an old version": [
    [
      "GET / HTTP/1.1",
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 7",
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
    ],
    400,
  ],
  "a POST": [
    [
      "POST / HTTP/1.1",
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
    ],
    405,
  ],
  "a page elsewhere": [handshake("Origin: https://evil.example"), 403],
  "a page without an origin of its own": [handshake("Origin: null"), 403],
  "a name that was rebound": [
    handshake().map((line) => line.replace(/^Host: .*/, "Host: evil.example")),
    403,
  ],
  "no host": [handshake().filter((line) => !line.startsWith("Host")), 403],
  "a later version of the protocol": [handshake("Sec-WebSocket-Protocol: fedloom.v9.json"), 400],
};

describe("a handshake is refused", () => {
  it.each(Object.entries(requests))("%s", async (_, [head, status]) => {
    const socket = connect(relay.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    socket.destroy();
    await expectOthersUnharmed();
  });

  it("bytes that are no HTTP", async () => {
    const socket = connect(relay.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(randomBytes(2_000));
    socket.resume();
    await once(socket, "close");
    await expectOthersUnharmed();
  });
});

function handshake(...more: string[]): string[] {
  return [
    "GET / HTTP/1.1",
    "Host: 127.0.0.1",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${Buffer.alloc(16, 7).toString("base64")}`,
    ...more,
  ];
}

/** A socket that has shaken hands, for frames of one's own making. */
async function openRaw(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(`${handshake().join("\r\n")}\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  const accept = createHash("sha1")
    .update(`${Buffer.alloc(16, 7).toString("base64")}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  expect(answer.toString()).toContain(accept);
  return socket;
}

/** The code of the close frame that ends the socket. */
async function closeCodeOf(socket: Socket): Promise<number | undefined> {
  const received: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => received.push(chunk));
  socket.on("error", () => {});
  await once(socket, "end");
  socket.destroy();
  const bytes = Buffer.concat(received);
  const place = bytes.lastIndexOf(0x88);
  return place < 0 ? undefined : bytes.readUInt16BE(place + 2);
}
