import { jsonCodec } from "@fedloom/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection, type ConnectionOptions } from "./connection.js";
import type { WebSocketLike } from "./web-socket.js";

const WELCOME = { protocol_version: 1, heartbeat_ms: 15_000, ack_level: "stored" };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The client's end of a WebSocket, driven by a test in place of a relay. */
class DrivenSocket implements WebSocketLike {
  readonly readyState = 1;
  bufferedAmount = 0;
  binaryType = "blob";
  onopen: WebSocketLike["onopen"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onerror: WebSocketLike["onerror"] = null;
  isClosed = false;
  readonly sent: unknown[] = [];

  send(data: unknown): void {
    this.sent.push(JSON.parse(String(data)));
  }

  close(): void {
    this.isClosed = true;
  }

  say(type: string, data: object): void {
    this.onmessage?.({ data: jsonCodec.encode({ type, timestamp: "2026-11-20T10:00:00.000Z", data }) });
  }
}

function connect(options: Partial<ConnectionOptions> = {}) {
  const sockets: DrivenSocket[] = [];
  const heard: string[] = [];
  const connection = new Connection({
    url: "ws://relay",
    openWebSocket: () => {
      const socket = new DrivenSocket();
      sockets.push(socket);
      return socket;
    },
    random: () => 1,
    onReady: ({ ackLevel }) => heard.push(`ready ${ackLevel}`),
    onMessage: ({ type }) => heard.push(type),
    onStateChange: (state, reason) => heard.push(reason ? `${state}: ${reason}` : state),
    ...options,
  });
  return { connection, sockets, heard, newest: () => sockets.at(-1) as DrivenSocket };
}

describe("Connection", () => {
  it("is ready with the relay's welcome", () => {
    const { connection, heard, newest } = connect();
    expect(connection.canSend).toBe(false);
    newest().say("welcome", WELCOME);
    expect(connection.canSend).toBe(true);
    expect(heard).toEqual(["connecting", "open", "ready stored"]);
  });

  it("opens no socket when it is closed by whoever hears that it would", () => {
    const made: { connection?: Connection } = {};
    const { connection, sockets, newest } = connect({
      onStateChange: (state) => {
        if (state === "connecting") made.connection?.close();
      },
    });
    made.connection = connection;
    newest().onclose?.({});
    vi.advanceTimersByTime(1_000);
    expect([sockets.length, connection.state]).toEqual([1, "closed"]);
  });

  it("shows its token when it is asked, and is not ready before it is let in", () => {
    const { heard, newest } = connect({ token: "t" });
    newest().say("welcome", { ...WELCOME, authenticate: true });
    expect(newest().sent).toEqual([{ type: "authenticate", data: { token: "t" } }]);
    expect(heard).toEqual(["connecting"]);
    newest().say("welcome", WELCOME);
    expect(heard.at(-1)).toBe("ready stored");
    const without = connect();
    without.newest().say("welcome", { ...WELCOME, authenticate: true });
    expect(without.heard.at(-1)).toBe("waiting: the relay asks for a token");
  });

  it("waits longer after each failure, and begins anew after a connection that lasted", () => {
    const { sockets, newest } = connect();
    for (const waitMs of [500, 1_000, 2_000]) {
      const before = sockets.length;
      newest().onclose?.({});
      vi.advanceTimersByTime(waitMs - 1);
      expect(sockets.length).toBe(before);
      vi.advanceTimersByTime(1);
      expect(sockets.length).toBe(before + 1);
    }
    newest().say("welcome", WELCOME);
    vi.advanceTimersByTime(1_000);
    newest().onclose?.({});
    vi.advanceTimersByTime(500);
    expect(sockets.length).toBe(5);
  });

  it("comes back as late as a relay that stops asks for", () => {
    const { sockets, newest, heard } = connect();
    newest().say("reconnect", { reason: "the server stops", after_ms: 1_000 });
    expect([newest().isClosed, heard.at(-1)]).toEqual([true, "waiting: the server stops"]);
    vi.advanceTimersByTime(1_499);
    expect(sockets.length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(sockets.length).toBe(2);
  });

  it("gives up a relay that is silent, in the handshake as later", () => {
    const { heard, newest } = connect();
    vi.advanceTimersByTime(30_010);
    expect(heard.at(-1)).toBe("waiting: the relay went silent");
    vi.advanceTimersByTime(500);
    newest().say("welcome", { ...WELCOME, heartbeat_ms: 1_000 });
    vi.advanceTimersByTime(1_000);
    expect(newest().sent).toEqual([{ type: "ping", data: {} }]);
    newest().say("pong", {});
    vi.advanceTimersByTime(1_000);
    const before = heard.length;
    vi.advanceTimersByTime(1_010);
    expect(heard.slice(before)).toEqual(["waiting: the relay went silent"]);
  });

  it("passes over what it cannot read", () => {
    const { heard, newest } = connect({ onEvent: ({ type }) => heard.push(type) });
    for (const data of ["{", new ArrayBuffer(2), '{"type":"round_start","timestamp":"x","data":{}}']) {
      newest().onmessage?.({ data });
    }
    expect(heard).toEqual(["connecting"]);
  });

  it("is quiet once closed", () => {
    const { connection, sockets, newest, heard } = connect();
    newest().onclose?.({});
    connection.close();
    vi.advanceTimersByTime(60_000);
    expect(sockets.length).toBe(1);
    expect(heard.at(-1)).toBe("closed");
  });

  it("never throws, whatever it is given for an address", () => {
    const { heard } = connect({
      openWebSocket: () => {
        throw new Error("not an address");
      },
    });
    expect(heard).toEqual(["connecting", "waiting: not an address"]);
  });
});
