import { type VectorKernels, vectorKernels } from "@fedloom/kernels";
import { createAggregationState } from "../aggregation-state.js";
import { encodeState } from "../encode-state.js";
import { clipUpdate } from "../hooks/clip-update.js";
import { compressUpdates } from "../hooks/compress-updates.js";
import { rejectInvalid } from "../hooks/reject-invalid.js";
import { openRound } from "../round.js";
import { createStrategy, strategyNames } from "../strategies/registry.js";
import { createLayout } from "../weights/layout.js";
import { contractUpdate, contractWeights } from "./contract-data.js";

const required: Readonly<Record<string, object>> = {
  fedprox: { mu: 0.1 },
  fedbuff: { bufferSize: 7 },
  krum: { f: 1 },
  "multi-krum": { f: 1 },
  bulyan: { f: 1 },
  "centered-clipping": { radius: 0.5 },
};

/**
 * Three rounds of every strategy over made-up updates, each as the bytes of its last weights and state: a fingerprint of
 * the arithmetic, to be compared between engines and kinds of kernels.
 */
export function playedRounds(): { kernels: VectorKernels["kind"]; bytes: Record<string, string> } {
  const layout = createLayout([
    { name: "kernel", shape: [301, 7] },
    { name: "mean", shape: [11], role: "statistic" },
    { name: "head", shape: [3], role: "private" },
  ]);
  const clients = Array.from({ length: 7 }, (_, i) => ({ clientId: `client-${i}`, numSamples: 10 + i }));
  const hooks = [rejectInvalid(), compressUpdates({ method: { kind: "int8" } }), clipUpdate({ maxNorm: 4 })];
  const bytes = strategyNames.map((name): [string, string] => {
    const strategy = createStrategy(name, { ...required[name] });
    let globalWeights = contractWeights(layout);
    let state = createAggregationState(strategy, hooks, layout);
    for (let round = 1; round <= 3; round += 1) {
      const train = { epochs: 1, batchSize: 8, learningRate: 0.1 };
      const opened = openRound({
        strategy,
        hooks,
        state,
        layout,
        globalWeights,
        round,
        clients,
        train,
        seed: 9,
      });
      for (const { clientId } of opened.tasks) opened.receive(contractUpdate(clientId, round, layout));
      ({ weights: globalWeights, state } = opened.close());
    }
    const hex = Array.from(encodeState({ globalWeights, state }), (byte) =>
      byte.toString(16).padStart(2, "0"),
    );
    return [name, hex.join("")];
  });
  return { kernels: vectorKernels().kind, bytes: Object.fromEntries(bytes) };
}
