import type { AlertRule } from "@fedloom/protocol";
import { Allowance } from "./allowance.js";
import { createWatch } from "./create-watch.js";
import type { FrameHints } from "./frame-hints.js";
import {
  createSubject,
  fingerprintOf,
  type Identity,
  keyOf,
  type LiveAlert,
  type Remembered,
  type Subject,
} from "./subject.js";
import type { Desk, Verdict, Watch } from "./watch.js";
import { whoMayLeave } from "./who-may-leave.js";

export interface RuleDeskOptions {
  readonly ruleId: string;
  readonly rule: AlertRule;
  readonly clock: () => number;
  /** By fingerprint; taken from as they are met again. */
  readonly remembered: Map<string, Remembered>;
  readonly onFire: (subject: Subject, desk: RuleDesk) => LiveAlert;
  readonly onResolve: (alert: LiveAlert, message: string) => void;
}

/** Most hosts, runs, clients or metrics that one rule looks after. */
const MAX_SUBJECTS = 2_000;
/** Most alerts of one rule in a storm; the others come later, if it lasts. */
const STORM = { most: 200, perSecond: 1 };

/** The subjects of one rule, and their way from pending to firing to resolved. */
export class RuleDesk implements Desk {
  readonly ruleId: string;
  readonly rule: AlertRule;
  readonly watch: Watch;
  readonly clock: () => number;
  readonly #options: RuleDeskOptions;
  /** In the order in which they were last judged. */
  readonly #subjects = new Map<string, Subject>();
  readonly #ofRun = new Map<string, Set<Subject>>();
  /** Those to which something happens as time goes by. */
  readonly #timed = new Set<Subject>();
  readonly #storm: Allowance;
  #numRefused = 0;

  constructor(options: RuleDeskOptions) {
    this.#options = options;
    this.ruleId = options.ruleId;
    this.rule = options.rule;
    this.clock = options.clock;
    this.#storm = new Allowance({ ...STORM, clock: options.clock });
    this.watch = createWatch(options.rule, this);
  }

  get size(): number {
    return this.#subjects.size;
  }

  /** Whether an event cannot matter to the rule at present. */
  ignores(hints: FrameHints): boolean {
    if (!this.watch.isPlain || this.#subjects.size > 0 || this.#options.remembered.size > 0) return false;
    return this.watch.isPlain(hints);
  }

  /** Subjects that were not looked after, because there were too many. */
  get numRefused(): number {
    return this.#numRefused;
  }

  /** Alerts that fire. */
  *firing(): Generator<LiveAlert> {
    for (const { alert } of this.#subjects.values()) if (alert) yield alert;
    for (const { alert } of this.#options.remembered.values()) if (alert) yield alert;
  }

  find(identity: Identity): Subject | undefined {
    const key = keyOf(identity);
    return this.#subjects.get(key) ?? this.#recall(key, identity);
  }

  open(identity: Identity, { isStanding = false }: { isStanding?: boolean } = {}): Subject | undefined {
    const subject = this.find(identity) ?? this.#add(createSubject(keyOf(identity), identity));
    if (subject && isStanding) subject.isStanding = true;
    return subject;
  }

  judge(subject: Subject, { holds, message, forMs = 0, staleMs = Number.POSITIVE_INFINITY }: Verdict): void {
    const now = this.clock();
    subject.judgedAt = now;
    subject.staleMs = staleMs;
    this.#subjects.delete(subject.key);
    this.#subjects.set(subject.key, subject);
    if (!holds) return this.#clear(subject, message);
    subject.message = message;
    if (subject.phase === "clear") {
      subject.phase = "pending";
      subject.dueAt = Math.max(now + forMs, subject.cooldownUntil);
    }
    this.#fireIfDue(subject, now);
    this.#note(subject);
  }

  expect(subject: Subject, at: number | undefined): void {
    subject.expectAt = at;
    this.#note(subject);
  }

  drop(subject: Subject): void {
    subject.isStanding = false;
    this.#note(subject);
  }

  /** Does what is due. What was expected may be late by as long as this process stood still. */
  tick(now: number, stoodStillMs: number): void {
    for (const subject of this.#timed) {
      if (subject.expectAt !== undefined) {
        subject.expectAt += stoodStillMs;
        if (subject.expectAt <= now) {
          subject.expectAt = undefined;
          this.watch.onDue?.(subject);
        }
      }
      this.#fireIfDue(subject, now);
      this.#note(subject);
    }
  }

  /** Lets go of everything about a run, and resolves its alerts; those that outlive it only if that is final. */
  endRun(runId: string, message: string, { isFinal = false }: { isFinal?: boolean } = {}): void {
    if (this.watch.outlivesRun && !isFinal) return;
    for (const subject of this.#ofRun.get(runId) ?? []) this.#remove(subject, message);
    for (const [fingerprint, { alert }] of this.#options.remembered) {
      if (alert?.runId === runId) this.#forget(fingerprint, message);
    }
  }

  /** Resolves an alert, and does not fire it again until it did no more hold; undefined if it is not one of these. */
  dismiss(alertId: string, message: string): LiveAlert | undefined {
    for (const subject of this.#subjects.values()) {
      const { alert } = subject;
      if (alert?.alertId !== alertId) continue;
      subject.phase = "dismissed";
      subject.alert = undefined;
      this.#options.onResolve(alert, message);
      return alert;
    }
    for (const [fingerprint, { alert }] of this.#options.remembered) {
      if (alert?.alertId !== alertId) continue;
      this.#forget(fingerprint, message);
      return alert;
    }
    return undefined;
  }

  /** Resolves every alert. */
  close(message: string): void {
    for (const subject of this.#subjects.values()) this.#remove(subject, message);
    for (const fingerprint of this.#options.remembered.keys()) this.#forget(fingerprint, message);
  }

  #fireIfDue(subject: Subject, now: number): void {
    const { phase, dueAt, judgedAt, staleMs } = subject;
    if (phase !== "pending" || dueAt > now || now - judgedAt > staleMs) return;
    if (!this.#storm.take()) return;
    subject.alert = this.#options.onFire(subject, this);
    subject.phase = "firing";
  }

  #clear(subject: Subject, message: string): void {
    if (subject.phase === "firing" || subject.phase === "dismissed") {
      subject.cooldownUntil = this.clock() + this.rule.cooldownSeconds * 1_000;
    }
    const { alert } = subject;
    subject.phase = "clear";
    subject.alert = undefined;
    this.#note(subject);
    if (alert) this.#options.onResolve(alert, message);
  }

  /** Keeps the list of those to which something happens, and lets go of whom nobody needs. */
  #note(subject: Subject): void {
    if (this.#subjects.get(subject.key) !== subject) return;
    const { phase, expectAt, isStanding, cooldownUntil } = subject;
    if (phase === "clear" && expectAt === undefined && !isStanding) {
      if (cooldownUntil <= this.clock()) return this.#remove(subject);
      this.#timed.add(subject);
      return;
    }
    if (phase === "pending" || expectAt !== undefined) this.#timed.add(subject);
    else this.#timed.delete(subject);
  }

  #add(subject: Subject): Subject | undefined {
    if (this.#subjects.size >= MAX_SUBJECTS && !this.#makeRoom()) {
      this.#numRefused += 1;
      return undefined;
    }
    this.#subjects.set(subject.key, subject);
    const { runId } = subject.identity;
    if (runId !== undefined) {
      const ofRun = this.#ofRun.get(runId) ?? new Set();
      this.#ofRun.set(runId, ofRun.add(subject));
    }
    return subject;
  }

  #makeRoom(): boolean {
    const leaving = whoMayLeave(this.#subjects.values(), this.watch.outlivesRun === true);
    if (leaving) this.#remove(leaving);
    return leaving !== undefined;
  }

  /** Its alert is resolved if there is a message why, and else goes on without it. */
  #remove(subject: Subject, message?: string): void {
    this.#subjects.delete(subject.key);
    this.#timed.delete(subject);
    const { runId } = subject.identity;
    const ofRun = runId === undefined ? undefined : this.#ofRun.get(runId);
    ofRun?.delete(subject);
    if (runId !== undefined && ofRun?.size === 0) this.#ofRun.delete(runId);
    if (subject.alert && message !== undefined) this.#options.onResolve(subject.alert, message);
  }

  #recall(key: string, identity: Identity): Subject | undefined {
    const { remembered } = this.#options;
    if (remembered.size === 0) return undefined;
    const fingerprint = fingerprintOf(this.ruleId, key);
    const before = remembered.get(fingerprint);
    if (!before) return undefined;
    remembered.delete(fingerprint);
    const subject = createSubject(key, identity);
    subject.alert = before.alert;
    subject.phase = before.alert ? "firing" : "clear";
    subject.message = before.alert?.message ?? "";
    subject.cooldownUntil = before.cooldownUntil;
    const added = this.#add(subject);
    if (added) this.#note(added);
    return added;
  }

  #forget(fingerprint: string, message: string): void {
    const alert = this.#options.remembered.get(fingerprint)?.alert;
    this.#options.remembered.delete(fingerprint);
    if (alert) this.#options.onResolve(alert, message);
  }
}
