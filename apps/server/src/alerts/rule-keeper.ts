import type { Database } from "@fedloom/db";
import type { AlertRouter } from "./alert-router.js";
import type { EventReader } from "./event-reader.js";
import { type KeptRule, readSettings } from "./read-settings.js";
import { RuleDesk, type RuleDeskOptions } from "./rule-desk.js";
import type { Remembered } from "./subject.js";

export interface RuleKeeperOptions extends Pick<RuleDeskOptions, "clock" | "onFire" | "onResolve"> {
  readonly database: Pick<Database, "alerts" | "runs">;
  readonly router: AlertRouter;
  readonly reader: EventReader;
  /** What fired before, by rule and fingerprint. */
  readonly remembered: Map<string, Map<string, Remembered>>;
  readonly now: () => Date;
}

const DAY_MS = 24 * 60 * 60_000;

/** Keeps a desk for each rule that is switched on, as the database has them. */
export class RuleKeeper {
  readonly #options: RuleKeeperOptions;
  readonly #desks = new Map<string, RuleDesk>();
  /** Each rule as it was when its desk was made. */
  readonly #versions = new Map<string, string>();
  #reloading: Promise<void> | undefined;

  constructor(options: RuleKeeperOptions) {
    this.#options = options;
  }

  desks(): Iterable<RuleDesk> {
    return this.#desks.values();
  }

  /** Reads rules, silences and routes; one time after the other. */
  reload(): Promise<void> {
    const reloading = (this.#reloading ?? Promise.resolve()).catch(() => {}).then(() => this.#reload());
    this.#reloading = reloading;
    return reloading;
  }

  /** Waits for what is being read. */
  async idle(): Promise<void> {
    await this.#reloading?.catch(() => {});
  }

  async #reload(): Promise<void> {
    const { database, router, reader, now } = this.#options;
    const { rules, silences, routes } = await readSettings(database.alerts, now());
    router.set(silences, routes);
    const enabled = new Map(rules.filter(({ rule }) => rule.isEnabled).map((kept) => [kept.ruleId, kept]));
    for (const [ruleId, desk] of this.#desks) {
      const kept = enabled.get(ruleId);
      if (kept && versionOf(kept) === this.#versions.get(ruleId)) continue;
      this.#desks.delete(ruleId);
      desk.close(kept ? "the rule was changed" : "the rule is switched off or gone");
    }
    const added = [...enabled.values()].filter(({ ruleId }) => !this.#desks.has(ruleId));
    const desks = added.map((kept) => this.#open(kept));
    reader.setRules([...this.#desks.values()]);
    await this.#introduce(desks);
  }

  #open(kept: KeptRule): RuleDesk {
    const { ruleId, rule } = kept;
    const { remembered, clock, onFire, onResolve } = this.#options;
    const ofRule = remembered.get(ruleId) ?? new Map<string, Remembered>();
    remembered.delete(ruleId);
    const desk = new RuleDesk({ ruleId, rule, clock, remembered: ofRule, onFire, onResolve });
    this.#desks.set(ruleId, desk);
    this.#versions.set(ruleId, versionOf(kept));
    return desk;
  }

  /** Tells new rules of what there is, so that they notice what does not come any more. */
  async #introduce(desks: readonly RuleDesk[]): Promise<void> {
    const ofHosts = desks.filter(({ rule }) => rule.kind === "host_silent");
    const ofRuns = desks.filter(({ rule }) => rule.kind === "no_progress");
    const { database, reader, now } = this.#options;
    if (ofHosts.length > 0) {
      const hosts = await database.alerts.listHostsSince(new Date(now().getTime() - DAY_MS).toISOString());
      for (const desk of ofHosts) for (const { host } of hosts) await reader.introduce(desk, { host });
    }
    if (ofRuns.length > 0) {
      const runs = await database.runs.listUnfinished();
      const active = runs.filter(({ state }) => state === "running" || state === "silent");
      for (const desk of ofRuns) for (const { runId } of active) await reader.introduce(desk, { runId });
    }
  }
}

function versionOf({ definition, isEnabled }: KeptRule): string {
  return JSON.stringify([isEnabled, definition]);
}
