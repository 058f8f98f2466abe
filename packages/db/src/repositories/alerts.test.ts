import { alertRule } from "@fedloom/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../open-database.js";
import { createTestFolder } from "../testing-database.js";
import type { NewAlertDelivery } from "./alert-deliveries.js";
import type { AlertRow } from "./alert-history.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let database: Database;
let numIds = 0;

/** An id that no other test uses; later ones are larger. */
const nextId = (name: string) => `${name}-${String(++numIds).padStart(4, "0")}`;
const minute = (number: number) => `2026-11-21T10:${String(number).padStart(2, "0")}:00.000Z`;

function alert(changes: Partial<AlertRow> = {}): AlertRow {
  return {
    alertId: nextId("alert"),
    fingerprint: "f",
    severity: "warning",
    title: "Disk nearly full",
    message: "disk_percent is 93",
    source: "fedloom",
    labels: { site: "north" },
    state: "firing",
    isSilenced: false,
    startedAt: minute(0),
    ...changes,
  };
}

/** Adds a route, and what is to be delivered to it of an alert. */
async function deliver(alertId: string, routeId?: string): Promise<NewAlertDelivery> {
  const id = routeId ?? nextId("route");
  if (routeId === undefined) {
    const receiver = { kind: "webhook", url: "http://127.0.0.1/" };
    await database.alerts.saveRoute({ routeId: id, name: id, isEnabled: true, matcher: {}, receiver });
  }
  return { deliveryId: nextId("delivery"), alertId, routeId: id, payload: { a: 1 }, createdAt: minute(0) };
}

const claim = (at: number, exceptRoutes: string[] = []) =>
  database.alerts.claimDeliveries({ now: minute(at), until: minute(at + 1), limit: 10, exceptRoutes });

beforeAll(async () => {
  folder = await createTestFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
}, 60_000);

afterAll(async () => {
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
});

describe("alert rules", () => {
  it("are there from the beginning, and follow the protocol", async () => {
    const rules = await database.alerts.listRules();
    expect(rules.map(({ ruleId }) => ruleId).sort()).toEqual([
      "client-dropped",
      "client-loss-not-finite",
      "disk-nearly-full",
      "host-silent",
      "loss-not-finite",
      "memory-nearly-full",
      "run-failed",
    ]);
    for (const { name, isEnabled, definition } of rules) {
      const decoded = alertRule.decode(definition);
      expect(decoded.ok && decoded.value).toMatchObject({ name, isEnabled });
    }
  });

  it("are added, changed and deleted; their alerts stay", async () => {
    const ruleId = nextId("rule");
    const rule = {
      ruleId,
      name: "Mine\u0000",
      isEnabled: true,
      definition: { kind: "nan", metric: "\u0000" },
    };
    const saved = await database.alerts.saveRule(rule);
    expect(saved).toMatchObject({ name: "Mine\ufffd", definition: { metric: "\ufffd" } });
    await database.alerts.saveRule({ ...rule, name: "Yours", isEnabled: false });
    const listed = (await database.alerts.listRules()).find((row) => row.ruleId === ruleId);
    expect(listed).toMatchObject({ name: "Yours", isEnabled: false, createdAt: saved.createdAt });
    const fired = alert({ ruleId });
    await database.alerts.recordFiring(fired, []);
    expect(await database.alerts.deleteRule(ruleId)).toBe(true);
    expect(await database.alerts.deleteRule(ruleId)).toBe(false);
    const { ruleId: _, ...rest } = fired;
    expect(await database.alerts.get(fired.alertId)).toEqual(rest);
  });
});

describe("alert silences", () => {
  it("are listed until they are over", async () => {
    const silenceId = nextId("silence");
    const silence = {
      silenceId,
      matcher: { hosts: ["a"] },
      comment: "",
      startsAt: minute(0),
      endsAt: minute(5),
    };
    await database.alerts.saveSilence(silence);
    expect(await database.alerts.listSilences(minute(4))).toEqual([silence]);
    expect(await database.alerts.listSilences(minute(5))).toEqual([]);
    expect(await database.alerts.deleteSilence(silenceId)).toBe(true);
    expect(await database.alerts.deleteSilence(silenceId)).toBe(false);
  });
});

describe("alerts", () => {
  it("are listed newest first, page by page, by what they are about", async () => {
    const host = nextId("host");
    // Two at the same time: the id tells them apart.
    const rows = [1, 2, 2, 3].map((at) => alert({ host, startedAt: minute(at) }));
    for (const row of rows) await database.alerts.recordFiring(row, []);
    const expected = rows.toReversed();
    const first = await database.alerts.list({ host, limit: 2 });
    expect(first).toEqual(expected.slice(0, 2));
    expect(await database.alerts.list({ host, limit: 9, after: first[1]?.alertId })).toEqual(
      expected.slice(2),
    );
    expect(await database.alerts.list({ host, limit: 9, after: "nothing" })).toEqual([]);
    expect(await database.alerts.list({ host, limit: 9, since: minute(3) })).toEqual(expected.slice(0, 1));
    expect(await database.alerts.list({ host, limit: 9, severity: "critical" })).toEqual([]);
    expect(await database.alerts.list({ host, limit: 9, state: "resolved" })).toEqual([]);
    expect(await database.alerts.list({ host, limit: 9, runId: "01JD0000000000000000000000" })).toEqual([]);
  });

  it("are recorded once, resolved once, and removed when they are old", async () => {
    const row = alert({ isSilenced: true, runId: "01JD0000000000000000000000" });
    await database.alerts.recordFiring(row, []);
    await database.alerts.recordFiring({ ...row, title: "again" }, []);
    await database.alerts.recordUnsilenced(row.alertId, []);
    expect(await database.alerts.get(row.alertId)).toEqual({ ...row, isSilenced: false });
    expect(await database.alerts.recordResolved(row.alertId, minute(2), [])).toBe(true);
    expect(await database.alerts.recordResolved(row.alertId, minute(3), [])).toBe(false);
    expect(await database.alerts.recordResolved("nothing", minute(3), [])).toBe(false);
    const resolved = { ...row, isSilenced: false, state: "resolved", resolvedAt: minute(2) };
    expect(await database.alerts.listResolvedSince(minute(2), 10)).toEqual([resolved]);
    expect(await database.alerts.prune(minute(2))).toBe(0);
    expect(await database.alerts.prune(minute(3))).toBe(1);
  });
});

describe("deliveries", () => {
  it("are claimed one for each route, and by nobody else until the claim is over", async () => {
    const row = alert();
    const first = await deliver(row.alertId);
    const second = await deliver(row.alertId, first.routeId);
    const other = await deliver(row.alertId);
    await database.alerts.recordFiring(row, [first, second, other]);
    await database.alerts.recordFiring(row, [first, second, other]);
    expect(await database.alerts.nextDeliveryAt()).toBe(minute(0));
    expect(await claim(1, [other.routeId])).toEqual([{ ...first, numTries: 0 }]);
    expect(await claim(1)).toEqual([{ ...other, numTries: 0 }]);
    expect(await claim(1)).toEqual([]);
    await database.alerts.recordDelivered(other.deliveryId);
    await database.alerts.recordFailed(first.deliveryId, { error: "500", nextTryAt: minute(9) });
    // The second is about the same alert: it waits for the first.
    expect(await claim(5)).toEqual([]);
    expect(await claim(9)).toEqual([{ ...first, numTries: 1 }]);
    await database.alerts.recordFailed(first.deliveryId, { error: "500" });
    expect(await claim(11)).toEqual([{ ...second, numTries: 0 }]);
    await database.alerts.recordDelivered(second.deliveryId);
    expect(await database.alerts.nextDeliveryAt()).toBeUndefined();
    await database.alerts.pruneDeliveries(minute(1));
  });

  it("of one alert do not hold up those of another on the same route", async () => {
    const [failing, later] = [alert(), alert()];
    const first = await deliver(failing.alertId);
    const blocked = await deliver(failing.alertId, first.routeId);
    const free = await deliver(later.alertId, first.routeId);
    await database.alerts.recordFiring(failing, [first, blocked]);
    await database.alerts.recordFiring(later, [free]);
    expect((await claim(1)).map(({ deliveryId }) => deliveryId)).toEqual([first.deliveryId]);
    await database.alerts.recordFailed(first.deliveryId, { error: "500", nextTryAt: minute(30) });
    expect((await claim(2)).map(({ deliveryId }) => deliveryId)).toEqual([free.deliveryId]);
    expect(await database.alerts.deleteRoute(first.routeId)).toBe(true);
    expect(await database.alerts.nextDeliveryAt()).toBeUndefined();
    expect(await claim(40)).toEqual([]);
  });

  it("to a route that is gone are left out", async () => {
    const row = alert();
    await database.alerts.recordFiring(row, [{ ...(await deliver(row.alertId)), routeId: "gone" }]);
    expect(await database.alerts.nextDeliveryAt()).toBeUndefined();
    expect((await database.alerts.get(row.alertId))?.state).toBe("firing");
  });
});
