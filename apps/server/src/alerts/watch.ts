import type { AlertRuleKind, AlertRuleOf, EventType } from "@fedloom/protocol";
import type { FrameHints } from "./frame-hints.js";
import type { MetricValue } from "./metric-values.js";
import type { SeenEvent } from "./seen-event.js";
import type { Identity, Subject } from "./subject.js";

/** What a rule finds out about a subject. */
export interface Verdict {
  readonly holds: boolean;
  /** One sentence with figures: what is wrong, or why it is so no more. */
  readonly message: string;
  /** How long it has to hold; 0. */
  readonly forMs?: number;
  /** How long the verdict counts if nothing more is heard; for ever. */
  readonly staleMs?: number;
}

/** Keeps the subjects of one rule; their number is bounded. */
export interface Desk {
  /** Monotonic time in ms. */
  clock(): number;
  find(identity: Identity): Subject | undefined;
  /** Finds or adds; undefined if there are too many. A standing one stays while nothing is wrong. */
  open(identity: Identity, more?: { isStanding?: boolean }): Subject | undefined;
  judge(subject: Subject, verdict: Verdict): void;
  /** Calls the rule's `onDue` at a time, unless that is put off before; undefined takes it back. */
  expect(subject: Subject, at: number | undefined): void;
  /** Lets go of one of which nothing is wrong. */
  drop(subject: Subject): void;
}

/** A rule at work. */
export interface Watch {
  /** Events that it reads as they are. */
  readonly eventTypes?: readonly EventType[];
  readEvent?(event: SeenEvent): void;
  /** Whether an event means nothing to it as long as it has no subjects; most events are such. */
  isPlain?(hints: FrameHints): boolean;
  /** Metrics of runs whose values it reads; `*` stands for any characters. */
  readonly metric?: string;
  readValue?(runId: string, value: MetricValue): void;
  /** What was expected of a subject did not come. */
  onDue?(subject: Subject): void;
  /** A run goes on, or a host was there, of which nothing was heard yet since the server started. */
  onKnown?(identity: Identity): void;
  /** Whether its alerts go on when their run is over, and the oldest may be forgotten for newer ones. */
  readonly outlivesRun?: boolean;
}

/** Makes a rule of one kind work. */
export type WatchFactory<Kind extends AlertRuleKind> = (rule: AlertRuleOf<Kind>, desk: Desk) => Watch;
export type WatchFactories = { readonly [Kind in AlertRuleKind]: WatchFactory<Kind> };

/** A number as people read it. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Seconds as people read them. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${figure(seconds)} s`;
  if (seconds < 7_200) return `${figure(Math.round(seconds / 6) / 10)} min`;
  return `${figure(Math.round(seconds / 360) / 10)} h`;
}
