import type { Description } from "../description.js";
import type { AggregateHook } from "../hooks.js";
import { requireOneOf } from "../require-option.js";
import { addNoise, addNoiseDescription } from "./add-noise.js";
import { capShare, capShareDescription } from "./cap-share.js";
import { centralPrivacy, centralPrivacyDescription } from "./central-privacy.js";
import { clipUpdate, clipUpdateDescription } from "./clip-update.js";
import { compressUpdates, compressUpdatesDescription } from "./compress-updates.js";
import { filterTensors, filterTensorsDescription } from "./filter-tensors.js";
import { rejectInvalid, rejectInvalidDescription } from "./reject-invalid.js";

/** Every hook by the name that configurations use. */
const hooks = {
  "reject-invalid": [rejectInvalid, rejectInvalidDescription],
  "clip-update": [clipUpdate, clipUpdateDescription],
  "cap-share": [capShare, capShareDescription],
  "filter-tensors": [filterTensors, filterTensorsDescription],
  "compress-updates": [compressUpdates, compressUpdatesDescription],
  "add-noise": [addNoise, addNoiseDescription],
  "central-privacy": [centralPrivacy, centralPrivacyDescription],
} as const satisfies Record<string, readonly [(options: never) => AggregateHook, Description]>;

export type HookName = keyof typeof hooks;

/** Every hook's name, in the order in which to offer them. */
export const hookNames = Object.keys(hooks) as HookName[];

/** What each hook is for, and its options. */
export const hookDescriptions = Object.fromEntries(
  Object.entries(hooks).map(([name, [, description]]) => [name, description]),
) as Readonly<Record<HookName, Description>>;

/**
 * Creates a hook from its name and options, as they stand in a run's configuration.
 * @throws StrategyError `invalid_option`
 */
export function createHook(name: string, options: Readonly<Record<string, unknown>> = {}): AggregateHook {
  requireOneOf("hook", name, hookNames);
  const [create] = hooks[name as HookName] as readonly [(options: object) => AggregateHook, Description];
  return create(options);
}
