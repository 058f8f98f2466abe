import { type EventType, eventTypes, matches, type Subscription } from "@fedloom/protocol";
import type { StreamEntry } from "./entry.js";
import type { Stream } from "./stream.js";
import { HOST_STREAM } from "./streams.js";

/** Which events a subscription is about. */
export interface Filter {
  /** Equal for subscriptions that ask for the same. */
  readonly key: string;
  /** The one stream it reads; undefined when it reads several. */
  readonly streamKey: string | undefined;
  wants(stream: Stream): boolean;
  accepts(entry: StreamEntry): boolean;
}

export type FilterFields = Pick<Subscription, "runId" | "types" | "hosts" | "severities">;

/** Hosts and severities apply to the events that name one; types and run to all. */
export function createFilter({ runId, types, hosts, severities }: FilterFields): Filter {
  const typeSet = types && expandTypes(types);
  const severitySet = severities && new Set<string>(severities);
  const streamKey = runId === "*" ? undefined : runId;
  return {
    key: JSON.stringify([
      runId ?? null,
      typeSet ? [...typeSet].sort() : null,
      sorted(hosts),
      sorted(severities),
    ]),
    streamKey,
    wants: (stream) =>
      streamKey === undefined ? runId !== "*" || stream.key !== HOST_STREAM : stream.key === streamKey,
    accepts: ({ type, host, severity }) =>
      (!typeSet || typeSet.has(type)) &&
      (!hosts || host === undefined || hosts.some((pattern) => matches(pattern, host))) &&
      (!severitySet || severity === undefined || severitySet.has(severity)),
  };
}

function expandTypes(patterns: readonly string[]): ReadonlySet<EventType> {
  return new Set(eventTypes.filter((type) => patterns.some((pattern) => matches(pattern, type))));
}

function sorted(values: readonly string[] | undefined): string[] | null {
  return values ? [...values].sort() : null;
}
