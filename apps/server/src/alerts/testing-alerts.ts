import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AlertRow, type Database, openDatabase } from "@fedloom/db";
import { createEvent, type EventInput, type EventType, fromWireEvent, toWireEvent } from "@fedloom/protocol";
import { Relay } from "@fedloom/relay";
import { ulid } from "ulid";
import type { AlertEngine } from "./alert-engine.js";
import type { AlertEngineOptions } from "./alert-engine-options.js";
import { startAlertEngine } from "./start-alert-engine.js";

/** A database of its own, for a test file. */
export async function openTestDatabase(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), "fedloom-alerts-"));
  // The database may run as another user than the tests.
  await chmod(folder, 0o755);
  const database = await openDatabase({ dataDir: join(folder, "postgres") });
  const close = async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...database, close, [Symbol.asyncDispose]: close };
}

/** Time that only tests let pass. */
export class TestClock {
  #ms = 1_000_000;
  readonly #begin = Date.parse("2026-11-21T10:00:00.000Z") - this.#ms;
  readonly clock = () => this.#ms;
  readonly now = () => new Date(this.#begin + this.#ms);

  advance(seconds: number): void {
    this.#ms += seconds * 1_000;
  }
}

/** An alert engine, with a relay and time that a test rules over; it has those rules that the test gives it. */
export class TestEngine implements AsyncDisposable {
  readonly relay = new Relay();
  readonly time: TestClock;
  /** What viewers get, as "state: title: message". */
  readonly told: string[] = [];
  readonly logged: string[] = [];
  readonly runId = ulid();
  readonly #database: Database;
  readonly #options: Partial<AlertEngineOptions>;
  #engine: AlertEngine | undefined;

  private constructor(database: Database, options: Partial<AlertEngineOptions>, time: TestClock) {
    this.#database = database;
    this.#options = options;
    this.time = time;
    this.relay.onEvent((_, entry) => {
      const event = fromWireEvent(entry.event);
      if (event.type !== "alert") return;
      const { state, title, message } = event.data;
      this.told.push(`${state}: ${title}: ${message}`);
    });
  }

  /** Starts with rules in their wire form, by id; all others are removed, with silences and routes. */
  static async start(
    database: Database,
    rules: Record<string, Record<string, unknown>> = {},
    options: Partial<AlertEngineOptions> = {},
  ): Promise<TestEngine> {
    const { alerts } = database;
    for (const { ruleId } of await alerts.listRules()) await alerts.deleteRule(ruleId);
    for (const { silenceId } of await alerts.listSilences("2000-01-01T00:00:00Z")) {
      await alerts.deleteSilence(silenceId);
    }
    for (const { routeId } of await alerts.listRoutes()) await alerts.deleteRoute(routeId);
    for (const [ruleId, definition] of Object.entries(rules)) await saveRule(database, ruleId, definition);
    const engine = new TestEngine(database, options, new TestClock());
    await engine.restart();
    // That alerts of earlier tests are over is of no interest.
    engine.news();
    return engine;
  }

  get engine(): AlertEngine {
    if (!this.#engine) throw new Error("the engine is stopped");
    return this.#engine;
  }

  /** Ends the engine, if it runs, and starts it again. */
  async restart(): Promise<void> {
    await this.stop();
    const { relay, time } = this;
    const log = (line: string) => this.logged.push(line);
    const base = { relay, database: this.#database, clock: time.clock, now: time.now, random: () => 1, log };
    // Long enough for no tick but those of the test, and for none of these to seem late.
    this.#engine = await startAlertEngine({ ...base, tickMs: 1e9, ...this.#options });
    await this.engine.settled();
  }

  async stop(): Promise<void> {
    await this.#engine?.close();
    this.#engine = undefined;
  }

  /** Publishes an event of this test's run, or of what it names, and waits for what comes of it. */
  async publish<Type extends EventType>(type: Type, data: Partial<EventInput<Type>>): Promise<void> {
    this.publishNow(type, data);
    await this.#engine?.settled();
  }

  publishNow<Type extends EventType>(type: Type, data: Partial<EventInput<Type>>): void {
    const ofRun = type === "system_metrics" ? {} : { runId: this.runId };
    const event = createEvent(type, { ...defaults[type], ...ofRun, ...data } as never, this.time.now);
    this.relay.publish(toWireEvent(event as never));
  }

  /** Lets time pass, a second at a time. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.time.advance(1);
      this.engine.tick();
    }
    await this.engine.settled();
  }

  /** What was told since this was last asked. */
  news(): string[] {
    return this.told.splice(0);
  }

  /** The alerts of this test's run or of a host, newest first. */
  alerts(host?: string): Promise<AlertRow[]> {
    return this.#database.alerts.list({ limit: 1_000, ...(host ? { host } : { runId: this.runId }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.relay.close();
  }
}

export async function saveRule(
  database: Database,
  ruleId: string,
  definition: Record<string, unknown>,
): Promise<void> {
  const isEnabled = definition.is_enabled !== false;
  await database.alerts.saveRule({ ruleId, name: String(definition.name), isEnabled, definition });
}

/** What an event says unless a test says otherwise. */
const defaults: { [Type in EventType]?: object } = {
  system_metrics: {
    host: "north",
    cpuPercent: 1,
    memoryPercent: 1,
    memoryUsedBytes: 1,
    diskPercent: 1,
    diskUsedBytes: 1,
    networkRxBytes: 1,
    networkTxBytes: 1,
    loadAverage: 0,
  },
  training_start: { experimentName: "pneumonia", trainingMode: "federated" },
  round_start: { totalRounds: 9, participatingClients: 4 },
  round_end: { totalRounds: 9, fitMetrics: {}, evalMetrics: {}, durationMs: 1 },
  round_metrics: { round: 1, totalRounds: 9 },
  client_complete: { numSamples: 1, metrics: {}, durationMs: 1, bytesUp: 0, bytesDown: 0, status: "ok" },
  error: { error: "no memory", errorType: "error", fatal: true },
  training_end: {
    status: "completed",
    experimentName: "pneumonia",
    trainingDuration: "0:00:01",
    durationSeconds: 1,
    finalMetrics: {},
  },
};
