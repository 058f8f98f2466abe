import type { FedloomEvent } from "@fedloom/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RelayConnection } from "./relay-connection.js";
import { completedRun, RUN_ID } from "./testing-events.js";
import { TestingSocket } from "./testing-socket.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const WELCOME = { protocol_version: 1, heartbeat_ms: 15_000, ack_level: "stored" };

function connect() {
  const sockets: TestingSocket[] = [];
  const heard: { events: FedloomEvent[]; subscribed: unknown[]; numLost: number } = {
    events: [],
    subscribed: [],
    numLost: 0,
  };
  const connection = new RelayConnection({
    runId: RUN_ID,
    openSocket: () => {
      const socket = new TestingSocket();
      sockets.push(socket);
      return socket;
    },
    random: () => 1,
    onEvent: (event) => heard.events.push(event),
    onSubscribed: (start) => heard.subscribed.push(start),
    onLost: () => {
      heard.numLost += 1;
    },
  });
  const newest = () => sockets.at(-1) as TestingSocket;
  return { connection, sockets, heard, newest };
}

describe("the connection to the relay", () => {
  it("asks for the whole run, then after a loss for what came since", () => {
    const { heard, newest, sockets } = connect();
    const events = completedRun(1);
    newest().say("welcome", WELCOME);
    expect(newest().sent).toEqual([{ type: "subscribe", data: { run_id: RUN_ID, from: "start" } }]);
    newest().say("subscribed", { run_id: RUN_ID, recovered: true, epoch: "first", offset: 3 });
    for (const event of events.slice(0, 3)) newest().pass(event);
    expect(heard.events).toEqual(events.slice(0, 3));

    newest().breakOff();
    expect(heard.numLost).toBe(1);
    vi.advanceTimersByTime(500);
    expect(sockets.length).toBe(2);
    newest().say("welcome", WELCOME);
    expect(newest().sent).toEqual([
      { type: "subscribe", data: { run_id: RUN_ID, from: { epoch: "first", offset: 3 } } },
    ]);
    newest().say("subscribed", { run_id: RUN_ID, recovered: true, epoch: "first", offset: 7 });
    expect(heard.subscribed).toEqual([
      { recovered: true, numReplayed: 3 },
      { recovered: true, numReplayed: 4 },
    ]);
  });

  it("waits longer after each failure, and as long as a relay that stops asks for", () => {
    const { sockets, newest } = connect();
    newest().breakOff();
    vi.advanceTimersByTime(500);
    newest().breakOff();
    vi.advanceTimersByTime(999);
    expect(sockets.length).toBe(2);
    vi.advanceTimersByTime(1);
    expect(sockets.length).toBe(3);
    newest().say("reconnect", { reason: "the server stops", after_ms: 1_000 });
    expect(newest().isClosed).toBe(true);
    vi.advanceTimersByTime(2_999);
    expect(sockets.length).toBe(3);
    vi.advanceTimersByTime(1);
    expect(sockets.length).toBe(4);
  });

  it("gives up a relay that is silent for longer than its heartbeat allows", () => {
    const { heard, newest } = connect();
    newest().say("welcome", WELCOME);
    vi.advanceTimersByTime(37_400);
    expect(heard.numLost).toBe(0);
    vi.advanceTimersByTime(200);
    expect(heard.numLost).toBe(1);
  });

  it("passes over other runs' events and what it cannot read", () => {
    const { heard, newest } = connect();
    const [event] = completedRun(1) as [FedloomEvent];
    const foreign = { ...event, data: { ...event.data, runId: RUN_ID.replace("1", "2") } } as FedloomEvent;
    newest().pass(foreign);
    newest().receive("{");
    newest().receive(new ArrayBuffer(2));
    newest().receive('{"type":"round_start","timestamp":"x","data":{}}');
    newest().pass(event);
    expect(heard.events).toEqual([event]);
  });

  it("is quiet once closed", () => {
    const { connection, sockets, newest, heard } = connect();
    newest().breakOff();
    connection.close();
    vi.advanceTimersByTime(60_000);
    expect(sockets.length).toBe(1);
    expect(heard.numLost).toBe(1);
  });
});
