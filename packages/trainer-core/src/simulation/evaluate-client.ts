import type { MetricsReport } from "@fedloom/fl-strategy";
import type { Samples } from "../data/dataset.js";
import type { ClientState } from "../federated/client-states.js";
import { clientReport } from "../metrics/client-report.js";
import { predictionsOf } from "../metrics/predictions.js";
import type { LocalTrainer } from "../training/local-trainer.js";
import { startingWeights } from "./train-client.js";

export interface EvaluateClientOptions {
  readonly trainer: LocalTrainer;
  readonly globalWeights: Float32Array;
  /** What the client has kept up to now. */
  readonly state: ClientState | undefined;
  readonly samples: Samples;
  /** The client's holdout. */
  readonly indices: Uint32Array;
  readonly signal: AbortSignal;
}

/** Has one client evaluate the global weights, with its own private tensors in them. */
export async function evaluateClient(options: EvaluateClientOptions): Promise<MetricsReport> {
  const { trainer, globalWeights, state, samples, indices, signal } = options;
  const weights = startingWeights(trainer.layout, globalWeights, state);
  const outputs = await trainer.predict(weights, samples, { indices, signal });
  const { loss, numOutputs } = trainer;
  return clientReport(predictionsOf(outputs, samples, { loss, numOutputs, indices }));
}
