import { runConfig } from "@fedloom/protocol";
import { type WireConfig, withoutDefaults } from "./wire-config.js";

/** Where samples come from, as the form asks for it. */
export type DataSource = "made-up" | "path" | "upload";

/** What was filled in: values of the config that are not as usual, and what was typed that is no value yet. */
export interface Draft {
  config: WireConfig;
  source: DataSource;
  /** Of the file that `data_path` names after an upload. */
  upload?: { name: string; numBytes: number };
}

export const emptyDraft: Draft = { config: {}, source: "made-up" };

const FEDERATED = [
  "num_rounds",
  "num_clients",
  "partition",
  "dirichlet_alpha",
  "partition_options",
  "strategy",
  "strategy_options",
  "hooks",
  "privacy_delta",
  "holdout",
  "quorum",
  "deadline_ms",
  "local_epochs",
];
const CENTRALIZED = ["num_epochs"];

/** Fields that a run of this mode has no use for; most of them would be refused. */
export function unusedFields(mode: unknown): readonly string[] {
  return mode === "centralized" ? FEDERATED : CENTRALIZED;
}

/** The config to send: what differs from the defaults, and nothing that its mode or data have no use for. */
export function configOf({ config, source }: Draft): WireConfig {
  const unused = new Set([...unusedFields(config.mode), source === "made-up" ? "data_path" : "data"]);
  return withoutDefaults(Object.fromEntries(Object.entries(config).filter(([field]) => !unused.has(field))));
}

/** A form filled in as an earlier run was set up; undefined for a config that could not be started. */
export function draftOf(config: unknown): Draft | undefined {
  const decoded = runConfig.decode(config);
  if (!decoded.ok) return undefined;
  const wire = runConfig.toWire(decoded.value);
  const source = wire.data_path === undefined ? "made-up" : "path";
  return { source, config: configOf({ config: wire, source }) };
}
