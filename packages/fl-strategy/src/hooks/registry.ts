import type { AggregateHook } from "../hooks.js";
import { requireOneOf } from "../require-option.js";
import { addNoise } from "./add-noise.js";
import { capShare } from "./cap-share.js";
import { centralPrivacy } from "./central-privacy.js";
import { clipUpdate } from "./clip-update.js";
import { compressUpdates } from "./compress-updates.js";
import { filterTensors } from "./filter-tensors.js";
import { rejectInvalid } from "./reject-invalid.js";

const creators = {
  "reject-invalid": rejectInvalid,
  "clip-update": clipUpdate,
  "cap-share": capShare,
  "filter-tensors": filterTensors,
  "compress-updates": compressUpdates,
  "add-noise": addNoise,
  "central-privacy": centralPrivacy,
} as const satisfies Record<string, (options: never) => AggregateHook>;

export type HookName = keyof typeof creators;

/** Every hook's name, in the order in which to offer them. */
export const hookNames = Object.keys(creators) as HookName[];

/**
 * Creates a hook from its name and options, as they stand in a run's configuration.
 * @throws StrategyError `invalid_option`
 */
export function createHook(name: string, options: Readonly<Record<string, unknown>> = {}): AggregateHook {
  requireOneOf("hook", name, hookNames);
  const create = creators[name as HookName] as (options: object) => AggregateHook;
  return create(options);
}
