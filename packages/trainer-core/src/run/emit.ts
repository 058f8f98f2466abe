import {
  createEvent,
  type EventInput,
  MAX_TEXT_LENGTH,
  type TrainingEvent,
  type TrainingEventType,
} from "@fedloom/protocol";

/** Creates an event of one run. */
export type Emit = <Type extends TrainingEventType>(
  type: Type,
  data: Omit<EventInput<Type>, "runId">,
) => TrainingEvent;

export function createEmit(runId: string, now: () => Date): Emit {
  return (type, data) =>
    createEvent(type, { runId, ...data } as EventInput<typeof type>, now) as TrainingEvent;
}

/** What went wrong, in words that fit an event. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, MAX_TEXT_LENGTH);
}
