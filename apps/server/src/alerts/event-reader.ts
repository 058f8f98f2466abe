import type { Stream, StreamEntry } from "@fedloom/relay";
import { fitsOne } from "./fits.js";
import { FrameHints } from "./frame-hints.js";
import type { MetricValue } from "./metric-values.js";
import type { RuleDesk } from "./rule-desk.js";
import { RuleIndex } from "./rule-index.js";
import type { RunFactsCache } from "./run-facts.js";
import { SeenEvent } from "./seen-event.js";
import type { Identity } from "./subject.js";

const MAX_ENDED = 2_000;
/** Most readings that wait for a run's project, of one run and in all. */
const MAX_HELD_OF_RUN = 1_000;
const MAX_HELD = 10_000;
const OVER = ["completed", "stopped", "failed"];

interface Scope {
  readonly hosts?: string[] | undefined;
  readonly runs?: string[] | undefined;
  readonly projects?: string[] | undefined;
}

/** Gives each event to the rules that it concerns, and tells them when a run is over. */
export class EventReader {
  readonly #facts: RunFactsCache;
  #index = new RuleIndex([]);
  #desks: readonly RuleDesk[] = [];
  /** Runs that are over, the oldest first: what is still said of them is late. */
  readonly #ended = new Set<string>();
  readonly #held = new Map<string, (() => void)[]>();
  #numHeld = 0;

  constructor(facts: RunFactsCache) {
    this.#facts = facts;
  }

  setRules(desks: readonly RuleDesk[]): void {
    this.#desks = desks;
    this.#index = new RuleIndex(desks);
  }

  read(stream: Stream, entry: StreamEntry): void {
    const { type } = entry;
    const desks = this.#index.ofType(type);
    const valueDesks = this.#index.ofValues(type);
    const isTurn = type === "training_end" || type === "training_start" || type === "run_state";
    if (desks.length + valueDesks.length === 0 && !isTurn) return;
    const hints = new FrameHints(entry);
    const wants = (desk: RuleDesk) => !desk.ignores(hints);
    const wantsEvent = desks.some(wants);
    const wantsValues = valueDesks.some(wants);
    if (!wantsEvent && !wantsValues && !isTurn) return;
    const event = new SeenEvent(stream, entry);
    const { runId } = event;
    if (runId !== undefined) this.#facts.warm(runId);
    const isOver = isTurn && this.#turn(event);
    if (wantsEvent) for (const desk of desks) this.#give(desk, event);
    if (wantsValues && runId !== undefined) {
      for (const value of event.values) {
        for (const desk of this.#index.ofMetric(value.name)) this.#give(desk, event, value);
      }
    }
    if (isOver && runId !== undefined) for (const desk of this.#desks) desk.endRun(runId, "the run is over");
  }

  /** Tells a rule of a run or a host that was there before. */
  async introduce(desk: RuleDesk, identity: Identity): Promise<void> {
    if (identity.runId !== undefined) await this.#facts.load(identity.runId);
    if (this.#isInScope(desk, identity) === true) desk.watch.onKnown?.(identity);
  }

  /** Notes that a run begins or ends; whether it is over with this event. */
  #turn({ type, data, runId }: SeenEvent): boolean {
    if (runId === undefined) return false;
    const isOver = type === "training_end" || (type === "run_state" && OVER.includes(String(data.state)));
    if (type === "training_start") this.#facts.name(runId, String(data.experiment_name));
    if (!isOver) {
      this.#ended.delete(runId);
      return false;
    }
    this.#ended.add(runId);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= MAX_ENDED) break;
      this.#ended.delete(oldest);
    }
    return true;
  }

  #give(desk: RuleDesk, event: SeenEvent, value?: MetricValue): void {
    const { runId } = event;
    if (runId !== undefined && this.#ended.has(runId) && !desk.watch.outlivesRun) return;
    const isInScope = this.#isInScope(desk, event);
    if (isInScope === false) return;
    const read = () => {
      if (value === undefined) desk.watch.readEvent?.(event);
      else if (runId !== undefined) desk.watch.readValue?.(runId, value);
    };
    if (isInScope) return read();
    if (runId !== undefined) this.#hold(runId, () => this.#isInScope(desk, event) && read());
  }

  /** Undefined as long as the run's project is not known. */
  #isInScope({ rule }: RuleDesk, { runId, host }: Identity): boolean | undefined {
    const scope: Scope = rule.scope ?? {};
    if (scope.hosts && !fitsOne(scope.hosts, host)) return false;
    if (scope.runs && !fitsOne(scope.runs, runId)) return false;
    if (!scope.projects) return true;
    if (runId === undefined) return false;
    const facts = this.#facts.peek(runId);
    return facts && fitsOne(scope.projects, facts.project);
  }

  /** Reads later, in order, what concerns a rule only if the run's project is one of its. */
  #hold(runId: string, read: () => void): void {
    const held = this.#held.get(runId) ?? [];
    if (held.length >= MAX_HELD_OF_RUN || this.#numHeld >= MAX_HELD) return;
    this.#numHeld += 1;
    held.push(read);
    if (this.#held.has(runId)) return;
    this.#held.set(runId, held);
    const release = (isKnown: boolean) => {
      this.#held.delete(runId);
      this.#numHeld -= held.length;
      if (isKnown) for (const reading of held) reading();
    };
    // While the database is away nobody knows; the next event asks again.
    this.#facts
      .load(runId)
      .then(
        () => true,
        () => false,
      )
      .then(release)
      .catch(() => {});
  }
}
