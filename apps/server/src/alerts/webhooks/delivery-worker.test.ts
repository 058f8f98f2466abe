import type { Database } from "@fedloom/db";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestDatabase, TestEngine } from "../testing-alerts.js";
import { SECRET, startReceiver } from "./testing-receiver.js";

const cpu = { kind: "threshold", name: "CPU", of: "host", metric: "cpu_percent", op: ">", value: 90 };

let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);

afterAll(async () => database?.close());

async function addRoute(test: TestEngine, url: string, more: { routeId?: string; matcher?: object } = {}) {
  const { routeId = "route", matcher = {} } = more;
  const receiver = { kind: "webhook", url, secret: SECRET };
  const row = {
    routeId,
    name: routeId,
    isEnabled: true,
    matcher: matcher as Record<string, unknown>,
    receiver,
  };
  await database.alerts.saveRoute(row);
  await test.engine.reload();
}

/** Lets a host be in trouble, and out of it again. */
const trouble = async (test: TestEngine, host: string) => {
  await test.publish("system_metrics", { host, cpuPercent: 99 });
  await test.publish("system_metrics", { host, cpuPercent: 1 });
};

/** Lets time pass until something has come of it. */
async function passUntil(test: TestEngine, isDone: () => boolean): Promise<void> {
  await vi.waitFor(async () => {
    if (isDone()) return;
    await test.pass(1);
    throw new Error("not yet");
  }, 10_000);
}

describe("webhooks", () => {
  it("get each alert that their route is for when it begins and when it is over, signed", async () => {
    await using test = await TestEngine.start(database, { cpu });
    await using receiver = await startReceiver();
    await addRoute(test, receiver.url, { matcher: { hosts: ["north"] } });
    await trouble(test, "south");
    await trouble(test, "north");
    await vi.waitFor(() => expect(receiver.received).toHaveLength(2));
    const [firing, resolved] = receiver.received;
    expect(firing).toMatchObject({
      isSigned: true,
      body: {
        type: "alert",
        route: "route",
        delivery_id: firing?.deliveryId,
        alert: { state: "firing", host: "north", rule_id: "cpu", message: "cpu_percent is 99, above 90" },
      },
    });
    expect(resolved).toMatchObject({
      isSigned: true,
      body: {
        alert: { state: "resolved", alert_id: firing?.body.alert.alert_id, message: "cpu_percent is 1" },
      },
    });
    expect(resolved?.deliveryId).not.toBe(firing?.deliveryId);
    expect(JSON.stringify(receiver.received)).not.toContain(SECRET);
  });

  it("are tried again, longer and longer, and what follows waits", async () => {
    await using test = await TestEngine.start(database, { cpu });
    await using receiver = await startReceiver();
    receiver.answer((response) => response.writeHead(500).end());
    await addRoute(test, receiver.url);
    await trouble(test, "again");
    await passUntil(test, () => receiver.received.length === 4);
    const waits = receiver.received.slice(1).map(({ at }, index) => at - (receiver.received[index]?.at ?? 0));
    // 5, 10 and 20 s and, since looking takes a second, a little more.
    expect(waits.map((wait, index) => wait >= 5 * 2 ** index)).toEqual([true, true, true]);
    expect(new Set(receiver.received.map(({ deliveryId }) => deliveryId)).size).toBe(1);
    receiver.answer((response) => response.writeHead(200).end());
    await passUntil(test, () => receiver.received.length === 6);
    expect(receiver.received.map(({ body }) => body.alert.state)).toEqual([
      ...Array(5).fill("firing"),
      "resolved",
    ]);
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true);
  });

  it("get what a server could not deliver from the next one", async () => {
    await using test = await TestEngine.start(database, { cpu });
    const receiver = await startReceiver();
    await addRoute(test, receiver.url);
    await receiver[Symbol.asyncDispose]();
    await trouble(test, "down");
    await test.restart();
    await using back = await startReceiver({ port: receiver.port });
    await passUntil(test, () => back.received.length === 2);
    expect(back.received.map(({ body }) => body.alert.state)).toEqual(["firing", "resolved"]);
  });

  it("that answer to nothing for a day are given up", async () => {
    await using test = await TestEngine.start(database, { cpu }, { webhooks: { timeoutMs: 50 } });
    await using receiver = await startReceiver();
    receiver.answer(() => {});
    await addRoute(test, receiver.url);
    await trouble(test, "never");
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
    await vi.waitFor(async () => {
      test.time.advance(60 * 60);
      test.engine.tick();
      expect(await database.alerts.nextDeliveryAt()).toBeUndefined();
    }, 20_000);
    // At most about once an hour, each of the two.
    expect(receiver.received.length).toBeGreaterThan(2);
    expect(receiver.received.length).toBeLessThan(80);
  });

  it("do not wait for one that takes its time", async () => {
    await using test = await TestEngine.start(database, { cpu });
    await using slow = await startReceiver();
    await using quick = await startReceiver();
    slow.answer(() => {});
    await addRoute(test, slow.url, { routeId: "slow" });
    await addRoute(test, quick.url, { routeId: "quick" });
    for (const host of ["a", "b", "c"]) await trouble(test, host);
    await vi.waitFor(() => expect(quick.received).toHaveLength(6));
    expect(slow.received).toHaveLength(1);
  });
});
