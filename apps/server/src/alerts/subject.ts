import { createHash } from "node:crypto";
import type { AlertRow } from "@fedloom/db";

/** An alert that fires, as it is at present. */
export type LiveAlert = { -readonly [Field in keyof AlertRow]: AlertRow[Field] };

/** What an earlier server left: an alert that fires, or how long the same trouble is none. */
export interface Remembered {
  readonly alert: LiveAlert | undefined;
  /** Monotonic time in ms. */
  readonly cooldownUntil: number;
}

/** What a rule is about in one case. */
export interface Identity {
  readonly host?: string | undefined;
  readonly runId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly metric?: string | undefined;
  readonly phase?: string | undefined;
}

/**
 * `pending`: it holds, but not for long enough, or an alert of it was resolved too short a time ago; `dismissed`: somebody
 * resolved its alert by hand while it still holds.
 */
export type SubjectPhase = "clear" | "pending" | "firing" | "dismissed";

/** Where one rule stands with one host, run, client or metric. */
export interface Subject {
  readonly key: string;
  readonly identity: Identity;
  phase: SubjectPhase;
  /** What is wrong, with figures. */
  message: string;
  /** When it was last judged; monotonic ms, as all times here. */
  judgedAt: number;
  /** When a pending one fires. */
  dueAt: number;
  /** How long a judgement counts while pending. */
  staleMs: number;
  /** When something has to have come. */
  expectAt: number | undefined;
  cooldownUntil: number;
  /** While it fires. */
  alert: LiveAlert | undefined;
  /** Whether it is kept while nothing is wrong. */
  isStanding: boolean;
}

export function createSubject(key: string, identity: Identity): Subject {
  return {
    key,
    identity,
    phase: "clear",
    message: "",
    judgedAt: 0,
    dueAt: 0,
    staleMs: Number.POSITIVE_INFINITY,
    expectAt: undefined,
    cooldownUntil: Number.NEGATIVE_INFINITY,
    alert: undefined,
    isStanding: false,
  };
}

/** The same for the same case of a rule. */
export function keyOf({ host, runId, clientId, metric, phase }: Identity): string {
  return `${host ?? ""}\n${runId ?? ""}\n${clientId ?? ""}\n${metric ?? ""}\n${phase ?? ""}`;
}

/** The same for the same trouble, also after a restart: 32 hexadecimal digits. */
export function fingerprintOf(ruleId: string, key: string): string {
  return createHash("sha256").update(`${ruleId}\n${key}`).digest("hex").slice(0, 32);
}
