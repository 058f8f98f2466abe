import {
  type AggregateHook,
  createHook,
  defaultHooks,
  requireMatchingHooks,
  type Strategy,
} from "@fedloom/fl-strategy";
import type { RunConfig } from "@fedloom/protocol";
import { refuseField, refusingAs } from "./refusal.js";

const PRIVACY = "central-privacy";
/** At which epsilon is told, unless the config says otherwise. */
const USUAL_DELTA = 1e-5;

/**
 * The hooks that a config names, in its order; invalid updates are refused before all of them.
 * @throws ServerError `config_invalid`
 */
export function hooksOf({ hooks }: Pick<RunConfig, "hooks">, strategy: Strategy): readonly AggregateHook[] {
  if (!hooks) return defaultHooks;
  const created = hooks.map(({ name, options = {} }, i) => {
    const field = `hooks.${i}.options`;
    // An object that makes random numbers: nothing that a config can hold.
    if (Object.hasOwn(options, "source")) refuseField(field, "no source", "one");
    return refusingAs(field, () => createHook(name, options));
  });
  const isFirst = created.some(({ name }) => name === "reject-invalid");
  const all = isFirst ? created : [...defaultHooks, ...created];
  refusingAs("hooks", () => requireMatchingHooks(strategy, all));
  return all;
}

/**
 * At which delta the privacy that a run spends is told; undefined for a run without the hook that gives it.
 * @throws ServerError `config_invalid` for a delta without the hook.
 */
export function privacyOf({
  hooks = [],
  privacyDelta,
}: Pick<RunConfig, "hooks" | "privacyDelta">): { delta: number } | undefined {
  if (hooks.some(({ name }) => name === PRIVACY)) return { delta: privacyDelta ?? USUAL_DELTA };
  if (privacyDelta !== undefined) refuseField("privacy_delta", `the hook ${PRIVACY} beside it`, "it alone");
  return undefined;
}
