import { type EventType, matches } from "@fedloom/protocol";
import type { RuleDesk } from "./rule-desk.js";

/** Events that carry metric values. */
const VALUE_TYPES: readonly EventType[] = [
  "epoch_end",
  "client_complete",
  "round_end",
  "round_metrics",
  "metrics",
];
/** Most names of metrics whose rules are remembered. */
const MAX_NAMES = 1_000;
const NONE: readonly RuleDesk[] = [];

/** Which rules want which events, and which metrics, so that an event costs no more than the rules it concerns. */
export class RuleIndex {
  readonly #byType = new Map<EventType, RuleDesk[]>();
  readonly #valueDesks: RuleDesk[];
  readonly #byMetric = new Map<string, readonly RuleDesk[]>();

  constructor(desks: Iterable<RuleDesk>) {
    const all = [...desks];
    this.#valueDesks = all.filter(({ watch }) => watch.metric !== undefined);
    for (const desk of all) {
      for (const type of desk.watch.eventTypes ?? []) {
        const ofType = this.#byType.get(type) ?? [];
        ofType.push(desk);
        this.#byType.set(type, ofType);
      }
    }
  }

  /** Rules that read events of a type as they are. */
  ofType(type: EventType): readonly RuleDesk[] {
    return this.#byType.get(type) ?? NONE;
  }

  /** Rules that read values of metrics, if events of a type carry some. */
  ofValues(type: EventType): readonly RuleDesk[] {
    return VALUE_TYPES.includes(type) ? this.#valueDesks : NONE;
  }

  /** Rules that read the values of a metric. */
  ofMetric(name: string): readonly RuleDesk[] {
    const known = this.#byMetric.get(name);
    if (known) return known;
    const desks = this.#valueDesks.filter(({ watch }) => matches(watch.metric ?? "", name));
    if (this.#byMetric.size < MAX_NAMES) this.#byMetric.set(name, desks);
    return desks;
  }
}
