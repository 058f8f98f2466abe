import type { RunConfig } from "@fedloom/protocol";
import { findModel, modelNames } from "@fedloom/trainer-core";
import { ServerError } from "../errors.js";
import { dataSourceOf } from "./config/data-source-of.js";
import { hooksOf, privacyOf } from "./config/hooks-of.js";
import { partitionOf } from "./config/partition-of.js";
import { refuseField } from "./config/refusal.js";
import { strategyOf } from "./config/strategy-of.js";
import { earlyStoppingOf, localTrainingOf, scheduleOf } from "./config/training-of.js";

/** Of no centralized run. */
const FEDERATED = [
  ["hooks", "hooks"],
  ["privacyDelta", "privacy_delta"],
  ["quorum", "quorum"],
  ["deadlineMs", "deadline_ms"],
  ["partitionOptions", "partition_options"],
  ["strategyOptions", "strategy_options"],
  ["localEpochs", "local_epochs"],
] as const;
/** Any image: what depends on its size is found when the data are opened. */
const LARGE_IMAGE = [2 ** 20, 2 ** 20, 1];

/**
 * Refuses a config that cannot work, as far as that can be told before the data are looked at.
 * @throws ServerError `config_invalid`, `strategy_unknown` or `model_unknown`, with field, expected and received.
 */
export function checkRunConfig(config: RunConfig): void {
  dataSourceOf(config);
  requireModel(config);
  earlyStoppingOf(config);
  scheduleOf(config);
  // Of any model: what is asked for has to hold by itself.
  localTrainingOf(config, findModel(config.model ?? "pneumonia-cnn").recommended, LARGE_IMAGE);
  if (config.mode === "centralized") return requireCentralized(config);
  hooksOf(config, strategyOf(config));
  privacyOf(config);
  partitionOf(config);
  const { quorum = 1, numClients } = config;
  if (quorum > numClients) refuseField("quorum", `at most ${numClients}, the number of clients`, quorum);
}

function requireModel({ model }: RunConfig): void {
  if (model === undefined || modelNames.includes(model)) return;
  const [expected, received] = [`one of ${modelNames.join(", ")}`, JSON.stringify(model)];
  const message = `model: expected ${expected}, received ${received}`;
  throw new ServerError("model_unknown", message, { field: "model", expected, received });
}

function requireCentralized(config: RunConfig): void {
  for (const [name, field] of FEDERATED) {
    if (config[name] !== undefined) refuseField(field, "none in a centralized run", config[name]);
  }
  if (config.holdout > 0) refuseField("holdout", "0 in a centralized run", config.holdout);
}
