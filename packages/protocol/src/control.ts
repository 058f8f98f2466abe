import { z } from "zod";
import { type Decoded, ProtocolError } from "./errors.js";
import { isEventType } from "./events/registry.js";
import { count, name, runId, text } from "./fields.js";
import { defineWireObject, type InputOfWireObject, type ValueOfWireObject } from "./wire-object.js";

/** Major version of the protocol; the relay names it in `welcome`. */
export const PROTOCOL_VERSION = 1;

const position = z.object({ epoch: name, offset: count });
const eventType = z.string().refine(isEventType, { error: "expected a known event type" });

/** What a client may say besides events. Unknown fields are refused, because they would be acted on. */
export const clientMessages = {
  subscribe: defineWireObject(
    {
      runId: runId.optional(),
      types: z.array(eventType).max(64).optional(),
      /** Where to begin; `latest` when absent. A position is that of the last event already seen. */
      from: z.union([z.enum(["latest", "start"]), position]).optional(),
    },
    { unknownFields: "refuse" },
  ),
  unsubscribe: defineWireObject({}, { unknownFields: "refuse" }),
  /** Opens a publisher's session: its events are acknowledged, and it is sent none unless it subscribes. */
  publish: defineWireObject({ runId, source: name }, { unknownFields: "refuse" }),
  ping: defineWireObject({ id: z.union([name, count]).optional() }, { unknownFields: "refuse" }),
} as const;

/** What the relay says besides events. */
export const relayMessages = {
  welcome: defineWireObject({
    protocolVersion: count,
    heartbeatMs: count,
    /** The strongest acknowledgement this relay gives; a sender keeps its events until then. */
    ackLevel: z.enum(["accepted", "stored"]),
  }),
  subscribed: defineWireObject({
    runId: runId.optional(),
    /** Whether every event after `from` follows; false means that some are gone from memory. */
    recovered: z.boolean(),
    /** Identity of the run's stream; absent for a subscription to all runs. */
    epoch: name.optional(),
    /** The last offset when the subscription began. */
    offset: count.optional(),
  }),
  unsubscribed: defineWireObject({}),
  /** Everything up to `seq` of this run and source is in memory (`accepted`) or in the database (`stored`). */
  ack: defineWireObject({ level: z.enum(["accepted", "stored"]), runId, source: name, seq: count }),
  reject: defineWireObject({
    code: name,
    message: text,
    field: text.optional(),
    expected: text.optional(),
    received: text.optional(),
    /** Which event was refused, as it was given. */
    runId: text.optional(),
    source: text.optional(),
    seq: count.optional(),
  }),
  reconnect: defineWireObject({ reason: text, afterMs: count }),
  pong: defineWireObject({ id: z.union([name, count]).optional() }),
} as const;

export type ClientMessageType = keyof typeof clientMessages;
export type RelayMessageType = keyof typeof relayMessages;

export type ClientMessage = {
  [T in ClientMessageType]: { type: T; data: ValueOfWireObject<(typeof clientMessages)[T]> };
}[ClientMessageType];
export type RelayMessage = {
  [T in RelayMessageType]: { type: T; data: ValueOfWireObject<(typeof relayMessages)[T]> };
}[RelayMessageType];

export function isClientMessageType(type: unknown): type is ClientMessageType {
  return typeof type === "string" && Object.hasOwn(clientMessages, type);
}

export function isRelayMessageType(type: unknown): type is RelayMessageType {
  return typeof type === "string" && Object.hasOwn(relayMessages, type);
}

/** The wire form of a client's message. */
export function createClientMessage<T extends ClientMessageType>(
  type: T,
  data: InputOfWireObject<(typeof clientMessages)[T]>,
): { type: T; data: Record<string, unknown> } {
  return { type, data: clientMessages[type].toWire(data as never) };
}

/** The wire form of a relay's message. */
export function createRelayMessage<T extends RelayMessageType>(
  type: T,
  data: InputOfWireObject<(typeof relayMessages)[T]>,
  now: () => Date = () => new Date(),
): { type: T; timestamp: string; data: Record<string, unknown> } {
  return { type, timestamp: now().toISOString(), data: relayMessages[type].toWire(data as never) };
}

export function decodeClientMessage(input: {
  type: ClientMessageType;
  data?: unknown;
}): Decoded<ClientMessage> {
  return decodeMessage(clientMessages[input.type], input) as Decoded<ClientMessage>;
}

export function decodeRelayMessage(input: { type: RelayMessageType; data?: unknown }): Decoded<RelayMessage> {
  return decodeMessage(relayMessages[input.type], input) as Decoded<RelayMessage>;
}

function decodeMessage(
  definition: { decode(data: unknown): Decoded<unknown> },
  input: { type: string; data?: unknown },
): Decoded<unknown> {
  const decoded = definition.decode(input.data ?? {});
  if (decoded.ok) return { ok: true, value: { type: input.type, data: decoded.value } };
  const { field, expected, received } = decoded.error;
  const message = `${input.type}: data.${decoded.error.message}`;
  return {
    ok: false,
    error: new ProtocolError("invalid_data", message, { field: `data.${field}`, expected, received }),
  };
}
