import { z } from "zod";
import { type Decoded, ProtocolError } from "./errors.js";
import { eventTypes, isEventType } from "./events/registry.js";
import { count, name, runId, text } from "./fields.js";
import { matches } from "./pattern.js";
import { defineWireObject, type InputOfWireObject, type ValueOfWireObject } from "./wire-object.js";

/** Major version of the protocol; the relay names it in `welcome`, the subprotocols carry it. */
export const PROTOCOL_VERSION = 1;

const position = z.object({ epoch: name, offset: count });
const pattern = name.refine((text) => !/\*.*\*.*\*/.test(text), { error: "expected at most two *" });
const typePattern = pattern.refine(
  (text) => isEventType(text) || (text.includes("*") && eventTypes.some((type) => matches(text, type))),
  { error: "expected event types, or patterns such as round_* that match some" },
);

/** What a client may say besides events. Unknown fields are refused, because they would be acted on. */
export const clientMessages = {
  /** Proves who this is, for clients that can set no header and no subprotocol. */
  authenticate: defineWireObject({ token: z.string().min(1).max(512) }, { unknownFields: "refuse" }),
  /** Replaces what this connection is sent. Patterns: `*` stands for any characters. */
  subscribe: defineWireObject(
    {
      /** One run; `*` for every run without the hosts' events; everything when absent. */
      runId: z.union([runId, z.literal("*")]).optional(),
      types: z.array(typePattern).min(1).max(64).optional(),
      /** Of events that name a host, only those of these. */
      hosts: z.array(pattern).min(1).max(64).optional(),
      /** Of alerts, only these. */
      severities: z
        .array(z.enum(["info", "warning", "critical"]))
        .min(1)
        .max(3)
        .optional(),
      /** Where to begin; `latest` when absent. A position is that of the last event already seen. */
      from: z.union([z.enum(["latest", "start"]), position]).optional(),
      /** First the newest event of each kind, so that a viewer that comes late can draw at once. */
      snapshot: z.boolean().optional(),
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
    /** Whether nothing is answered before `authenticate`. */
    authenticate: z.boolean().optional(),
  }),
  subscribed: defineWireObject({
    runId: z.union([runId, z.literal("*")]).optional(),
    /** Whether every event after `from` follows; false means that some are gone. */
    recovered: z.boolean(),
    /** Identity of the run's stream; absent for a subscription to several runs. */
    epoch: name.optional(),
    /** The last offset when the subscription began. */
    offset: count.optional(),
    /** How many of the next event frames are the snapshot: older events, the newest of each kind. */
    numSnapshot: count.optional(),
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
  /** The relay will close this connection; come back after `afterMs`. */
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

/** What a `subscribe` asks for. */
export type Subscription = ValueOfWireObject<(typeof clientMessages)["subscribe"]>;
/** The place of an event in its run's stream. */
export type StreamPosition = z.output<typeof position>;

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
