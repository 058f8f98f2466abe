import {
  createEvent,
  type EventInput,
  MAX_CLASS_NAMES,
  MAX_NAME_LENGTH,
  MAX_TEXT_LENGTH,
  type TrainingEvent,
  type TrainingEventType,
} from "@fedloom/protocol";
import type { RunSettings } from "./run-settings.js";

/** Creates an event of one run. */
export type Emit = <Type extends TrainingEventType>(
  type: Type,
  data: Omit<EventInput<Type>, "runId">,
) => TrainingEvent;

export function createEmit(runId: string, now: () => Date): Emit {
  return (type, data) =>
    createEvent(type, { runId, ...data } as EventInput<typeof type>, now) as TrainingEvent;
}

/** For `training_start` of a run that was started before: which start this is, and after which step it goes on. */
export function attemptOf({ attempt = 1, resume }: Pick<RunSettings, "attempt" | "resume">): {
  attempt?: number;
  resumedFrom?: number;
} {
  if (attempt === 1 && !resume) return {};
  return { ...(attempt > 1 && { attempt }), resumedFrom: resume?.step ?? 0 };
}

/** For `training_start`: what the classes are called, where they are few enough to be told. */
export function classNamesOf(names: readonly string[] = []): { classNames?: string[] } {
  if (names.length === 0 || names.length > MAX_CLASS_NAMES) return {};
  return { classNames: names.map((name) => name.slice(0, MAX_NAME_LENGTH)) };
}

/** What went wrong, in words that fit an event. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, MAX_TEXT_LENGTH);
}
