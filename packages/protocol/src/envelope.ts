import { z } from "zod";
import { type Decoded, ProtocolError } from "./errors.js";
import {
  type EventData,
  type EventInput,
  type EventType,
  eventDefinitions,
  isEventType,
  type TrainingEventType,
} from "./events/registry.js";
import { count, name, timestamp } from "./fields.js";
import { describeIssue } from "./wire-object.js";

export const metaSchema = z.object({
  /** Who published the event. */
  source: name.optional(),
  /** The publisher's counter, rising by 1 per run and source, from 1. */
  seq: count.optional(),
  /** The relay's counter within the run's stream, from 1. */
  offset: count.optional(),
  /** Identity of the run's stream; a restarted relay has another. */
  epoch: name.optional(),
  /** Earlier values of this gauge that were left out because this one followed. */
  skipped: count.optional(),
});

export type EventMeta = z.output<typeof metaSchema>;

const envelopeSchema = z.object({
  type: z.string(),
  timestamp,
  data: z.record(z.string(), z.unknown()),
  meta: metaSchema.optional(),
});

/** An event as programs in TypeScript see it: camelCase, numbers are numbers. */
export type FedloomEvent<Type extends EventType = EventType> = {
  [T in Type]: { type: T; timestamp: string; data: EventData<T>; meta?: EventMeta | undefined };
}[Type];

/** An event of a run. */
export type TrainingEvent = FedloomEvent<TrainingEventType>;

/** An event as it travels: snake_case, checked. */
export interface WireEvent {
  type: EventType;
  timestamp: string;
  data: Record<string, unknown>;
  meta?: EventMeta | undefined;
}

/** Creates an event; `now` gives its timestamp. */
export function createEvent<Type extends EventType>(
  type: Type,
  data: EventInput<Type>,
  now: () => Date = () => new Date(),
): FedloomEvent<Type> {
  return { type, timestamp: now().toISOString(), data } as unknown as FedloomEvent<Type>;
}

/** Checks an event in its wire form; unknown fields are left out. */
export function checkWireEvent(input: unknown): Decoded<WireEvent> {
  const envelope = envelopeSchema.safeParse(input);
  if (!envelope.success) {
    const issue = describeIssue(envelope.error, input);
    return { ok: false, error: new ProtocolError("invalid_envelope", issue.message, issue) };
  }
  const { type, data, meta } = envelope.data;
  if (!isEventType(type)) {
    const received = JSON.stringify(type).slice(0, 80);
    const message = `type: expected a known event type, received ${received}`;
    return {
      ok: false,
      error: new ProtocolError("unknown_type", message, {
        field: "type",
        expected: "a known event type",
        received,
      }),
    };
  }
  const checked = eventDefinitions[type].data.check(data);
  if (!checked.ok) {
    const { expected, received, field } = checked.error;
    const message = `${type}: data.${checked.error.message}`;
    return {
      ok: false,
      error: new ProtocolError("invalid_data", message, { field: `data.${field}`, expected, received }),
    };
  }
  const event: WireEvent = { type, timestamp: envelope.data.timestamp, data: checked.value };
  if (meta) event.meta = meta;
  return { ok: true, value: event };
}

/** Gives a checked event its TypeScript names. */
export function fromWireEvent(wire: WireEvent): FedloomEvent {
  const data = eventDefinitions[wire.type].data.fromWire(wire.data);
  const event = { type: wire.type, timestamp: wire.timestamp, data } as FedloomEvent;
  if (wire.meta) event.meta = wire.meta;
  return event;
}

/** Gives an event its wire names; does not check it. */
export function toWireEvent(event: FedloomEvent): WireEvent {
  const definition = eventDefinitions[event.type];
  const wire: WireEvent = {
    type: event.type,
    timestamp: event.timestamp,
    data: definition.data.toWire(event.data as never),
  };
  if (event.meta) wire.meta = event.meta;
  return wire;
}

/** The run an event belongs to, or undefined for one of a host. */
export function runIdOf(event: WireEvent): string | undefined {
  const runId = event.data.run_id;
  return typeof runId === "string" ? runId : undefined;
}
