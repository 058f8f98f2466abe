import type { WeightsLayout } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";

/** Settings by name, such as `train.batchSize`: plain data. */
export type RunConfig = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Settings as a flat list of plain values, so that two can be compared name by name; what is undefined is left out.
 */
export function createRunConfig(settings: Readonly<Record<string, unknown>>): RunConfig {
  const config: Record<string, string | number | boolean | null> = {};
  const add = (name: string, value: unknown): void => {
    if (value === undefined) return;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [key, item] of Object.entries(value)) add(`${name}.${key}`, item);
      return;
    }
    const isPlain = value === null || ["string", "number", "boolean"].includes(typeof value);
    config[name] = isPlain ? (value as string | number | boolean | null) : JSON.stringify(value);
  };
  for (const [name, value] of Object.entries(settings)) add(name, value);
  return config;
}

/** The tensors of a layout in one short line. */
export function describeLayout({ tensors }: WeightsLayout): string {
  return tensors.map(({ name, shape, role }) => `${name}[${shape.join("x")}]${role[0]}`).join(" ");
}

/**
 * Refuses to go on from a checkpoint of a run with other settings.
 * @throws TrainerError `invalid_checkpoint` that names the first setting that differs.
 */
export function requireSameConfig(checkpoint: RunConfig, run: RunConfig): void {
  for (const name of new Set([...Object.keys(run), ...Object.keys(checkpoint)])) {
    if (Object.is(checkpoint[name], run[name])) continue;
    throw new TrainerError(
      "invalid_checkpoint",
      `checkpoint: ${name}: expected ${show(run[name])} as in this run, got ${show(checkpoint[name])}`,
    );
  }
}

function show(value: RunConfig[string] | undefined): string {
  const text = value === undefined ? "none" : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
