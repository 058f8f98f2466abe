// Strategies

// Rounds
export { type AggregationState, createAggregationState } from "./aggregation-state.js";
// Errors
export { StrategyError, type StrategyErrorCode } from "./errors.js";
export { type RejectInvalidOptions, rejectInvalid } from "./hooks/reject-invalid.js";
// Hooks
export type {
  AggregateHook,
  HookContext,
  HookOutcome,
  HookPolicy,
  HookReport,
  RoundOutcome,
} from "./hooks.js";
// Randomness
export { portableExp, portableLog } from "./portable-math.js";
export { type RandomStream, randomStream } from "./random.js";
export {
  type ClientTask,
  defaultHooks,
  openRound,
  type Round,
  type RoundOptions,
  type RoundResult,
  type UpdateVerdict,
} from "./round.js";
export { selectFraction } from "./selection/select-fraction.js";
export { type FedAvgOptions, fedAvg } from "./strategies/fed-avg.js";
export { createStrategy, type StrategyName, strategyNames } from "./strategies/registry.js";
// Writing a strategy
export type {
  AggregateContext,
  Applied,
  BarrierStrategy,
  ClientInfo,
  RoundContext,
  Strategy,
  StreamStrategy,
  TrainConfig,
  WeighedUpdate,
} from "./strategy.js";
export type { FailedClient, Refusal, RefusedUpdate, Update, UpdateSummary } from "./update.js";
export { addDelta } from "./weights/add-delta.js";
export { foldUpdate } from "./weights/fold-update.js";
// Weights
export {
  createLayout,
  type TensorDeclaration,
  type TensorRole,
  type TensorSpec,
  tensorAt,
  type WeightsLayout,
} from "./weights/layout.js";
export { createRunningMean, type RunningMean } from "./weights/running-mean.js";
