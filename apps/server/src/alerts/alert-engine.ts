import type { AlertBroadcast, AlertRule } from "@fedloom/protocol";
import { monotonicFactory } from "ulid";
import type { AlertEngineOptions, AlertFigures } from "./alert-engine-options.js";
import { AlertJournal } from "./alert-journal.js";
import { AlertRouter } from "./alert-router.js";
import { Announcer } from "./announcer.js";
import { alertOfBroadcast, alertOfSubject, alertOfTest, type Beginning } from "./compose-alert.js";
import { EventReader } from "./event-reader.js";
import { logLineOf } from "./log-line.js";
import { pruneAlerts } from "./prune-alerts.js";
import type { RuleDesk } from "./rule-desk.js";
import { RuleKeeper } from "./rule-keeper.js";
import { RunFactsCache } from "./run-facts.js";
import type { LiveAlert, Remembered, Subject } from "./subject.js";
import { DeliveryWorker } from "./webhooks/delivery-worker.js";
import { sendWebhook, type WebhookOutcome } from "./webhooks/send-webhook.js";

const TICK_MS = 1_000;
/** Longer between two ticks, and this process stood still. */
const STOOD_STILL_TICKS = 3;
const RELOAD_MS = 30_000;
const PRUNE_MS = 60 * 60_000;

/** Watches events by rules, and tells of what is wrong until it is over. */
export class AlertEngine implements AsyncDisposable {
  readonly #options: AlertEngineOptions;
  readonly #clock: () => number;
  readonly #now: () => Date;
  readonly #log: (line: string) => void;
  readonly #ulid = monotonicFactory();
  readonly #router = new AlertRouter();
  readonly #facts: RunFactsCache;
  readonly #reader: EventReader;
  readonly #journal: AlertJournal;
  readonly #announcer: Announcer;
  readonly #worker: DeliveryWorker;
  readonly #rules: RuleKeeper;
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #lastTick: number;
  #lastReload: number;
  #lastPrune: number;
  #failure: string | undefined;

  /** What fired before is given by rule and fingerprint; the rules are there after {@link reload}. */
  constructor(options: AlertEngineOptions, remembered: Map<string, Map<string, Remembered>>) {
    const {
      relay,
      database,
      clock = () => performance.now(),
      now = () => new Date(),
      tickMs = TICK_MS,
    } = options;
    this.#options = options;
    this.#clock = clock;
    this.#now = now;
    this.#log = options.log ?? ((line) => void process.stderr.write(`${line}\n`));
    this.#facts = new RunFactsCache(database.runs);
    this.#reader = new EventReader(this.#facts);
    this.#journal = new AlertJournal({ retryMs: options.retryMs });
    this.#worker = new DeliveryWorker({
      alerts: database.alerts,
      targetOf: (routeId) => this.#router.targetOf(routeId),
      send: (message, signal) => sendWebhook(message, { ...options.webhooks, at: now(), signal }),
      now,
      random: options.random ?? Math.random,
    });
    this.#announcer = new Announcer({
      relay,
      alerts: database.alerts,
      facts: this.#facts,
      router: this.#router,
      journal: this.#journal,
      now,
      log: this.#log,
      onDeliveries: () => this.#worker.wake(),
    });
    this.#rules = new RuleKeeper({
      database,
      router: this.#router,
      reader: this.#reader,
      remembered,
      clock,
      now,
      onFire: (subject, desk) => this.#fire(subject, desk),
      onResolve: (alert, message) => this.#announcer.resolve(alert, message),
    });
    this.#lastTick = this.#lastReload = this.#lastPrune = clock();
    this.#unsubscribe = relay.onEvent((stream, entry) => {
      // Whatever is wrong with a rule, those who publish must not feel it.
      this.#guard(() => this.#reader.read(stream, entry));
    });
    this.#timer = setInterval(() => this.tick(), tickMs);
    this.#timer.unref();
  }

  get figures(): AlertFigures {
    let [numFiring, numRefused] = [0, 0];
    for (const desk of this.#rules.desks()) {
      for (const _ of desk.firing()) numFiring += 1;
      numRefused += desk.numRefused;
    }
    const { failure, numMissed } = this.#journal;
    const missed = numMissed > 0 ? `${numMissed} changes of alerts are not in the database` : undefined;
    const refused =
      numRefused > 0 ? `more is wrong at once than is looked after (${numRefused} times)` : undefined;
    return { numFiring, failure: this.#failure ?? failure ?? missed ?? refused };
  }

  /** Reads rules, silences and routes again: after each change, and now and then in case another server made one. */
  async reload(): Promise<void> {
    this.#lastReload = this.#clock();
    await this.#rules.reload();
    this.#worker.wake();
  }

  /** Tells of something that somebody found out by other means; answers the alert's id. */
  announce(broadcast: AlertBroadcast): string {
    const alert = alertOfBroadcast(broadcast, this.#beginning());
    this.#announcer.fire(alert);
    return alert.alertId;
  }

  /** Fires an alert of a rule and resolves it at once, as a test of where it goes; answers the alert's id. */
  testRule(ruleId: string, rule: AlertRule): string {
    const alert = alertOfTest({ name: rule.name, ruleId, rule }, this.#beginning());
    this.#announcer.fire(alert);
    this.#announcer.resolve(alert, "the test is over");
    return alert.alertId;
  }

  /** Sends a test along a route, also one that is switched off, and waits for its outcome; undefined if there is none. */
  async testRoute(routeId: string): Promise<WebhookOutcome | { isDelivered: true } | undefined> {
    const route = this.#router.route(routeId);
    if (!route) return undefined;
    const alert = alertOfTest({ name: route.name }, this.#beginning());
    if (route.receiver.kind === "log") {
      this.#log(logLineOf(alert, this.#now()));
      return { isDelivered: true };
    }
    const { deliveryId, payload } = this.#router.deliveryOf(route, alert, this.#now());
    const { webhooks } = this.#options;
    return sendWebhook({ ...route.receiver, deliveryId, payload }, { ...webhooks, at: this.#now() });
  }

  /** Resolves an alert by hand; a rule's fires again only after its cause was gone. False if it does not fire. */
  async resolve(alertId: string, reason = "resolved by hand"): Promise<boolean> {
    for (const desk of this.#rules.desks()) if (desk.dismiss(alertId, reason)) return true;
    await this.settled();
    const alert = await this.#options.database.alerts.get(alertId);
    if (alert?.state !== "firing") return false;
    this.#announcer.resolve({ ...alert }, reason);
    return true;
  }

  /** Resolves what fires because of runs that have ended, or are gone, while no server watched. */
  async forgetEndedRuns(runIds: readonly string[]): Promise<void> {
    for (const runId of new Set(runIds)) {
      const run = await this.#options.database.runs.get(runId);
      const isOver = !run || run.state === "completed" || run.state === "stopped" || run.state === "failed";
      if (!isOver) continue;
      for (const desk of this.#rules.desks()) {
        if (desk.watch.outlivesRun && run?.state === "failed") continue;
        desk.endRun(runId, run ? "the run is over" : "the run was deleted", { isFinal: true });
      }
    }
  }

  /** Waits until everything is stored, or cannot be for now. */
  async settled(): Promise<void> {
    await this.#journal.flush();
  }

  /** Does what is due; called by a timer. */
  tick(): void {
    const now = this.#clock();
    const { tickMs = TICK_MS } = this.#options;
    const elapsed = now - this.#lastTick;
    this.#lastTick = now;
    const stoodStillMs = elapsed > STOOD_STILL_TICKS * tickMs ? elapsed : 0;
    this.#guard(() => {
      for (const desk of this.#rules.desks()) desk.tick(now, stoodStillMs);
      for (const desk of this.#rules.desks()) {
        for (const alert of desk.firing()) if (alert.isSilenced) this.#announcer.tellIfUnsilenced(alert);
      }
    });
    this.#worker.tick();
    if (now - this.#lastReload >= RELOAD_MS) this.reload().catch(() => {});
    if (now - this.#lastPrune >= PRUNE_MS) {
      this.#lastPrune = now;
      pruneAlerts(this.#options.database.alerts, this.#now()).catch(() => {});
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe();
    await this.#rules.idle();
    await this.#journal.close();
    await this.#worker.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #fire(subject: Subject, desk: RuleDesk): LiveAlert {
    const { runId } = subject.identity;
    const experimentName = runId === undefined ? undefined : this.#facts.nameOf(runId);
    const alert = alertOfSubject(desk, subject, { ...this.#beginning(), experimentName });
    this.#announcer.fire(alert);
    return alert;
  }

  #beginning(): Beginning {
    const now = this.#now();
    return { alertId: this.#ulid(now.getTime()), startedAt: now.toISOString() };
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
    }
  }
}
