import type { Database } from "@fedloom/db";
import { HOST_STREAM } from "@fedloom/relay";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestDatabase, saveRule, TestEngine } from "./testing-alerts.js";

const cpu = { kind: "threshold", name: "CPU", of: "host", metric: "cpu_percent", op: ">", value: 90 };
const nan = { kind: "nan", name: "NaN", clients: "*", cooldown_seconds: 0 };

let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);

afterAll(async () => database?.close());

const hot = (test: TestEngine, host: string) => test.publish("system_metrics", { host, cpuPercent: 95 });
const cool = (test: TestEngine, host: string) => test.publish("system_metrics", { host, cpuPercent: 5 });

/** Silences alerts that fit a matcher in its wire form, for some seconds from now. */
async function silence(test: TestEngine, matcher: Record<string, unknown>, seconds: number): Promise<void> {
  const startsAt = test.time.now();
  const endsAt = new Date(startsAt.getTime() + seconds * 1_000);
  await database.alerts.saveSilence({
    silenceId: `silence-${Math.random()}`,
    matcher,
    comment: "",
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
  });
  await test.engine.reload();
}

describe("an alert", () => {
  it("is stored, told once while it lasts, and again when its cause comes back after the cool-down", async () => {
    await using test = await TestEngine.start(database, {
      cpu: { ...cpu, severity: "critical", labels: { a: "b" } },
    });
    await hot(test, "once");
    const [alert] = await test.alerts("once");
    expect(alert).toMatchObject({
      ruleId: "cpu",
      severity: "critical",
      title: "CPU: once",
      message: "cpu_percent is 95, above 90",
      source: "fedloom",
      labels: { a: "b", metric: "cpu_percent" },
      state: "firing",
      isSilenced: false,
      startedAt: test.time.now().toISOString(),
    });
    for (let times = 0; times < 3; times++) await hot(test, "once");
    expect(test.news()).toHaveLength(1);
    await cool(test, "once");
    expect(await test.alerts("once")).toMatchObject([{ state: "resolved", resolvedAt: alert?.startedAt }]);
    await hot(test, "once");
    await test.pass(20);
    await hot(test, "once");
    expect(test.news()).toHaveLength(1);
    // The cool-down of 300 s is over, and it still holds.
    await test.pass(279);
    await hot(test, "once");
    expect(test.news()).toEqual([]);
    await test.pass(1);
    expect(test.news()).toEqual(["firing: CPU: once: cpu_percent is 95, above 90"]);
    const [second, first] = await test.alerts("once");
    expect(second?.fingerprint).toBe(first?.fingerprint);
  });

  it("is known after a restart: it is not told twice, and over when its cause is gone", async () => {
    await using test = await TestEngine.start(database, { cpu });
    await hot(test, "restart");
    await test.restart();
    await hot(test, "restart");
    expect(test.news()).toHaveLength(1);
    expect(test.engine.figures).toEqual({ numFiring: 1, failure: undefined });
    await cool(test, "restart");
    expect(test.news()).toEqual(["resolved: CPU: restart: cpu_percent is 5"]);
    // The cool-down is remembered as well.
    await test.restart();
    await hot(test, "restart");
    await test.pass(1);
    expect(test.news()).toEqual([]);
  });

  it("of a run that ended while no server watched is over with the next start", async () => {
    await using test = await TestEngine.start(database, { nan });
    const { runId } = test;
    await test.publish("client_complete", { round: 1, clientId: "a", metrics: { loss: Number.NaN } });
    // The run is in no database, as if it had been deleted.
    await test.restart();
    await vi.waitFor(async () => expect((await test.alerts())[0]?.state).toBe("resolved"));
    const told: unknown[] = [];
    for (const entry of test.relay.streams.get(HOST_STREAM)?.after(0) ?? []) told.push(entry.event.data);
    // Told of no run, for an event would bring it back.
    expect(told).toMatchObject([{ state: "resolved", message: "the run was deleted" }]);
    expect(told).not.toMatchObject([{ run_id: runId }]);
  });

  it("is resolved by hand once, and comes again only after its cause was gone", async () => {
    await using test = await TestEngine.start(database, { cpu: { ...cpu, cooldown_seconds: 0 } });
    await hot(test, "hand");
    const [alert] = await test.alerts("hand");
    expect(await test.engine.resolve(alert?.alertId ?? "")).toBe(true);
    await test.engine.settled();
    expect(await test.engine.resolve(alert?.alertId ?? "")).toBe(false);
    expect(await test.engine.resolve("nothing")).toBe(false);
    await hot(test, "hand");
    expect(test.news()).toEqual([
      "firing: CPU: hand: cpu_percent is 95, above 90",
      "resolved: CPU: hand: resolved by hand",
    ]);
    await cool(test, "hand");
    await hot(test, "hand");
    expect(test.news()).toHaveLength(1);
  });

  it("that somebody announced is told and lasts until it is resolved, also over a restart", async () => {
    await using test = await TestEngine.start(database);
    const alertId = test.engine.announce({
      severity: "info",
      title: "Maintenance",
      message: "at noon",
      source: "api",
      labels: {},
      host: "announced",
    });
    await test.engine.settled();
    await test.restart();
    expect(await test.alerts("announced")).toMatchObject([{ alertId, state: "firing", source: "api" }]);
    expect(await test.engine.resolve(alertId)).toBe(true);
    await test.engine.settled();
    expect(test.news()).toEqual(["firing: Maintenance: at noon", "resolved: Maintenance: resolved by hand"]);
  });
});

describe("a silence", () => {
  it("keeps alerts that fit quiet, and tells of those that still fire when it is over", async () => {
    await using test = await TestEngine.start(database, { cpu });
    await silence(test, { hosts: ["quiet-*"], rule_ids: ["cpu"] }, 60);
    await hot(test, "quiet-1");
    await hot(test, "quiet-2");
    await hot(test, "loud");
    expect(test.news()).toHaveLength(1);
    expect(await test.alerts("quiet-1")).toMatchObject([{ state: "firing", isSilenced: true }]);
    await cool(test, "quiet-1");
    await test.pass(59);
    expect(test.news()).toEqual([]);
    expect(await test.alerts("quiet-1")).toMatchObject([{ state: "resolved", isSilenced: true }]);
    await test.pass(1);
    expect(test.news()).toEqual(["firing: CPU: quiet-2: cpu_percent is 95, above 90"]);
    expect(await test.alerts("quiet-2")).toMatchObject([{ isSilenced: false }]);
  });
});

describe("rules", () => {
  it("work as soon as they are changed; alerts of the rule as it was are over", async () => {
    await using test = await TestEngine.start(database, { cpu: { ...cpu, cooldown_seconds: 0 } });
    await hot(test, "change");
    await saveRule(database, "cpu", { ...cpu, value: 99 });
    await test.engine.reload();
    await test.engine.reload();
    await hot(test, "change");
    expect(test.news().at(-1)).toBe("resolved: CPU: change: the rule was changed");
    await saveRule(database, "cpu", { ...cpu, value: 50 });
    await test.engine.reload();
    await hot(test, "change");
    await database.alerts.deleteRule("cpu");
    await test.engine.reload();
    await hot(test, "change");
    expect(test.news()).toEqual([
      "firing: CPU: change: cpu_percent is 95, above 50",
      "resolved: CPU: change: the rule is switched off or gone",
    ]);
  });

  it("that were switched off while no server ran have no alerts after a start", async () => {
    await using test = await TestEngine.start(database, { cpu });
    await hot(test, "off");
    await test.stop();
    await saveRule(database, "cpu", { ...cpu, is_enabled: false });
    await test.restart();
    expect(test.news().at(-1)).toBe("resolved: CPU: off: the rule is switched off or gone");
  });

  it("of a project wait until it is known of which the run is", async () => {
    const runId = "01JD0000000000000000000001";
    const run = {
      runId,
      project: "lungs",
      experimentName: "x",
      mode: "federated",
      config: {},
      seed: 1,
    } as const;
    await database.runs.create({ ...run, tags: [], notes: "", totalSteps: 1 });
    await using test = await TestEngine.start(database, {
      lungs: { ...nan, name: "Lungs", scope: { projects: ["lung*"] } },
      hearts: { ...nan, name: "Hearts", scope: { projects: ["heart*"] } },
      run: { ...nan, name: "Run", scope: { runs: ["*1"] } },
    });
    for (const id of [runId, "01JD0000000000000000000002"]) {
      test.publishNow("client_complete", {
        runId: id,
        round: 1,
        clientId: "a",
        metrics: { loss: Number.NaN },
      });
    }
    await vi.waitFor(() => expect(test.told).toHaveLength(2));
    expect(
      test
        .news()
        .map((line) => line.split(": ").slice(0, 2))
        .sort(),
    ).toEqual([
      ["firing", "Lungs"],
      ["firing", "Run"],
    ]);
  });

  it("watch hosts and runs of which nothing came since the server started", async () => {
    const runId = "01JD0000000000000000000003";
    const run = {
      runId,
      project: "default",
      experimentName: "idle",
      mode: "federated",
      config: {},
      seed: 1,
    } as const;
    await database.runs.create({ ...run, tags: [], notes: "", totalSteps: 1 });
    await database.runs.claim(runId, "somebody", 1_000);
    await using test = await TestEngine.start(database, {
      idle: { kind: "no_progress", name: "Idle", seconds: 30, scope: { runs: ["*3"] } },
    });
    await test.pass(30);
    expect(test.news()).toEqual(["firing: Idle: idle: no round or epoch was closed for 30 s"]);
    await database.runs.delete(runId);
  });
});

describe("the engine", () => {
  it("stays small in a flood of clients, and limits a storm of alerts", async () => {
    await using test = await TestEngine.start(database, {
      nan,
      dropped: { kind: "client_dropped", name: "Dropped", rounds_in_a_row: 2 },
    });
    for (let client = 0; client < 5_000; client++) {
      const clientId = `client-${client}`;
      const metrics = { loss: Number.NaN };
      test.publishNow("client_complete", { round: 1, clientId, metrics, status: "failed" });
    }
    await test.engine.settled();
    expect(test.engine.figures.numFiring).toBe(200);
    expect(test.news()).toHaveLength(200);
    await test.pass(3);
    expect(test.news()).toHaveLength(3);
    await test.publish("training_end", {});
    expect(test.news()).toHaveLength(203);
    expect(test.engine.figures.numFiring).toBe(0);
  });

  it("tells without a database, and stores everything once it is back", async () => {
    let isAway = false;
    const alerts = {
      ...database.alerts,
      recordFiring: async (...given: Parameters<typeof database.alerts.recordFiring>) => {
        if (isAway) throw new Error("gone");
        await database.alerts.recordFiring(...given);
      },
    };
    await using test = await TestEngine.start({ ...database, alerts }, { cpu }, { retryMs: 5 });
    isAway = true;
    await hot(test, "away");
    await cool(test, "away");
    expect(test.news()).toHaveLength(2);
    expect(test.engine.figures.failure).toBe("gone");
    expect(await test.alerts("away")).toEqual([]);
    isAway = false;
    await vi.waitFor(async () => expect(await test.alerts("away")).toMatchObject([{ state: "resolved" }]));
    expect(test.engine.figures.failure).toBeUndefined();
    expect(test.news()).toEqual([]);
  });

  it("does not take for silence that it stood still itself", async () => {
    const silent = { kind: "host_silent", name: "Silent", seconds: 30 };
    await using test = await TestEngine.start(database, { silent }, { tickMs: 1_000 });
    await test.publish("system_metrics", { host: "still" });
    test.time.advance(600);
    test.engine.tick();
    await test.publish("system_metrics", { host: "still" });
    expect(test.news()).toEqual([]);
  });

  it("writes one line for each alert of a route to the log, whatever is in it", async () => {
    await using test = await TestEngine.start(database, { cpu });
    await database.alerts.saveRoute({
      routeId: "log",
      name: "Log",
      isEnabled: true,
      matcher: { hosts: ["line*"] },
      receiver: { kind: "log" },
    });
    await test.engine.reload();
    await hot(test, "other");
    await hot(test, "line\u2028\u009b31m\u202etxet");
    expect(test.logged).toEqual([
      expect.stringMatching(
        /^2026-11-21T10:\S+ alert firing warning: CPU: line 31m txet: cpu_percent is 95, above 90 \(\w{26}\)$/,
      ),
    ]);
  });
});
