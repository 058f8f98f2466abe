import type { FedloomEvent, RunRecord, RunState } from "@fedloom/protocol";
import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/errors.js";
import { RunSession, type RunSnapshot } from "./run-session.js";
import { completedRun, RUN_ID } from "./testing-events.js";
import { TestingSocket } from "./testing-socket.js";
import { placed, streamOf } from "./testing-streams.js";

let session: RunSession | undefined;
afterEach(() => session?.close());

const EVENTS = completedRun(2);

/** A server with one run in memory, and a page that watches it. */
function watch(start: {
  state: RunState;
  stored?: FedloomEvent[];
  failure?: ApiError | undefined;
  pollMs?: number;
}) {
  const server = {
    stored: [],
    failure: undefined,
    storageFailure: undefined as ApiError | undefined,
    hasStreams: false,
    ...start,
  };
  const sockets: TestingSocket[] = [];
  const snapshots: RunSnapshot[] = [];
  const record = (): RunRecord => ({
    runId: RUN_ID,
    project: "default",
    experimentName: "pneumonia",
    mode: "federated",
    state: server.state,
    config: {},
    isManaged: true,
    tags: [],
    notes: "",
    attempt: 1,
    step: 0,
    createdAt: "2026-11-20T10:00:00.000Z",
  });
  session = new RunSession({
    runId: RUN_ID,
    pollMs: start.pollMs ?? 5,
    random: () => 0.01,
    api: {
      async getRun() {
        if (server.failure) throw server.failure;
        return record();
      },
      async getFinalMetrics() {
        return { runId: RUN_ID, state: server.state, finalMetrics: { test_auroc: 0.82 } };
      },
      async *readStored() {
        if (server.storageFailure) throw server.storageFailure;
        const nothing = { rounds: [], clients: new Map(), about: new Map(), details: [] };
        yield { ...nothing, events: [...server.stored] };
      },
      async findNewestPosition() {
        return server.stored.length;
      },
      async getEvents(_runId, { after }) {
        if (server.storageFailure) throw server.storageFailure;
        return { events: placed(server.stored).slice(after), next: null };
      },
      async openEventStream(_runId, after, signal) {
        if (!server.hasStreams) throw new ApiError("no streams here", { status: 502, code: "unknown" });
        return streamOf(server, after, signal);
      },
    },
    relayUrl: "ws://relay",
    relayPatienceMs: 20,
    askMs: 5,
    openWebSocket: () => {
      const socket = new TestingSocket();
      sockets.push(socket);
      return socket;
    },
    schedule: (draw) => queueMicrotask(draw),
    onChange: (snapshot) => snapshots.push(snapshot),
  });
  const until = (holds: (snapshot: RunSnapshot) => boolean) =>
    vi.waitUntil(() => snapshots.findLast(holds), { interval: 2 });
  const socket = (number = 0) => vi.waitUntil(() => sockets[number], { interval: 2 });
  return { server, until, socket, sockets, snapshots };
}

it("shows a run that is over from storage, without the relay", async () => {
  const { until, sockets } = watch({ state: "completed", stored: EVENTS });
  const { view, finalMetrics } = await until(({ source }) => source.kind === "stored");
  expect(view.numEvents).toBe(EVENTS.length);
  expect(finalMetrics?.finalMetrics).toEqual({ test_auroc: 0.82 });
  expect(sockets).toEqual([]);
});

it("follows a run live to its end, then reads its final metrics", async () => {
  const { server, socket, until } = watch({ state: "running" });
  const relay = await socket();
  const told = { run_id: RUN_ID, recovered: true, epoch: "first", offset: 4 };
  relay.say("subscribed", told);
  expect(relay.sent.at(-1)).toMatchObject({ data: { from: { epoch: "first", offset: 0 } } });
  relay.say("subscribed", told);
  expect((await until(({ source }) => source.kind === "live")).source).toEqual({
    kind: "live",
    transport: "relay",
    numReplayed: 4,
  });
  for (const event of EVENTS) relay.pass(event);
  server.state = "completed";
  const { view, finalMetrics } = await until(({ source }) => source.kind === "ended");
  expect(view.numEvents).toBe(EVENTS.length);
  expect(finalMetrics?.state).toBe("completed");
  expect(relay.isClosed).toBe(true);
});

it("joins what is stored and what comes, each event once", async () => {
  const { socket, until } = watch({ state: "running", stored: EVENTS.slice(0, 12) });
  const relay = await socket();
  relay.say("subscribed", { run_id: RUN_ID, recovered: true, epoch: "second", offset: 0 });
  for (const event of EVENTS.slice(8, 15)) relay.pass(event);
  const { view } = await until((snapshot) => snapshot.view.numEvents >= 15);
  expect(view.numEvents).toBe(15);
  expect(view.seen.get("trainer")).toEqual([[1, 15]]);
});

it("asks storage again when it could not be read", async () => {
  const { server, socket, until } = watch({ state: "running", stored: EVENTS.slice(0, 4) });
  const relay = await socket();
  server.storageFailure = new ApiError("the database is away", { status: 503, code: "unavailable" });
  relay.say("subscribed", { run_id: RUN_ID, recovered: false });
  await until(({ error }) => error?.code === "unavailable");
  server.storageFailure = undefined;
  const { view } = await until((snapshot) => snapshot.view.numEvents === 4);
  expect(view.numEvents).toBe(4);
});

it("reads once more what was not stored yet when it was read first", async () => {
  const { server, socket, until } = watch({ state: "running", stored: EVENTS.slice(0, 4), pollMs: 200 });
  const relay = await socket();
  relay.say("subscribed", { run_id: RUN_ID, recovered: true });
  await until(({ view }) => view.numEvents === 4);
  server.stored = EVENTS.slice(0, 6);
  await until(({ view }) => view.numEvents === 6);
});

it("reads storage again after a loss over which the relay lost events", async () => {
  const { server, socket, until } = watch({ state: "running" });
  const first = await socket();
  first.say("subscribed", { run_id: RUN_ID, recovered: true, epoch: "first", offset: 0 });
  first.pass(EVENTS[0] as FedloomEvent);
  await until(({ view }) => view.numEvents === 1);
  first.breakOff();
  await until(({ source }) => source.kind === "reconnecting");
  server.stored = EVENTS.slice(0, 9);
  const second = await socket(1);
  second.say("welcome", { protocol_version: 1, heartbeat_ms: 15_000, ack_level: "stored" });
  second.say("subscribed", { run_id: RUN_ID, recovered: false, epoch: "second", offset: 0 });
  await until(({ view }) => view.numEvents === 9);
});

it("draws once for all that comes between two frames", async () => {
  const { socket, until, snapshots } = watch({ state: "running" });
  const relay = await socket();
  relay.say("subscribed", { run_id: RUN_ID, recovered: true, epoch: "first", offset: 0 });
  await until(({ source }) => source.kind === "live");
  const before = snapshots.length;
  for (const event of EVENTS.slice(0, 10)) relay.pass(event);
  await until(({ view }) => view.numEvents === 10);
  expect(snapshots.slice(before).filter(({ view }) => view.numEvents > 0 && view.numEvents < 10)).toEqual([]);
});

it("says why the server cannot be read and goes on when it can", async () => {
  const failure = new ApiError("the server does not answer", { status: 0, code: "unreachable" });
  const { server, until } = watch({ state: "completed", stored: EVENTS, failure });
  expect((await until(({ error }) => error !== undefined)).error?.message).toBe("the server does not answer");
  server.failure = undefined;
  expect((await until(({ source }) => source.kind === "stored")).error).toBeUndefined();
});

it("lets go of a run that was deleted meanwhile", async () => {
  const { server, socket, until } = watch({ state: "running" });
  const relay = await socket();
  server.failure = new ApiError("there is no such run", { status: 404, code: "run_not_found" });
  await until(({ error }) => error?.status === 404);
  expect(relay.isClosed).toBe(true);
});

const transport = (snapshot: RunSnapshot) =>
  snapshot.source.kind === "live" ? snapshot.source.transport : undefined;

it("follows over HTTP where sockets are blocked, and moves up when they are not", async () => {
  const { server, socket, until, sockets } = watch({ state: "running", stored: EVENTS.slice(0, 3) });
  server.hasStreams = true;
  for (let number = 0; number < 3; number += 1) (await socket(number)).breakOff();
  await until((snapshot) => transport(snapshot) === "sse");
  server.stored = EVENTS.slice(0, 7);
  await until(({ view }) => view.numEvents === 7);
  const relay = await vi.waitUntil(() => sockets[3], { interval: 2 });
  relay.say("subscribed", { run_id: RUN_ID, recovered: true, epoch: "first", offset: 0 });
  await until((snapshot) => transport(snapshot) === "relay");
  for (const event of EVENTS.slice(5, 9)) relay.pass(event);
  const { view } = await until((snapshot) => snapshot.view.numEvents === 9);
  expect(view.seen.get("trainer")).toEqual([[1, 9]]);
});

it("asks again and again where no stream comes through either, also when a socket hangs", async () => {
  const { server, until } = watch({ state: "running", stored: EVENTS.slice(0, 3) });
  await until((snapshot) => transport(snapshot) === "polling");
  server.stored = EVENTS.slice(0, 5);
  await until(({ view }) => view.numEvents === 5);
});
