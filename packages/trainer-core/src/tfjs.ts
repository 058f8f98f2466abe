// What works with TensorFlow.js, and loads it: beside the main entry, which does so only when it must.
export { type Backend, openBackend } from "./engine/open-backend.js";
export { type ClassActivation, openClassActivation } from "./explain/class-activation.js";
export {
  type DescribeOptions,
  describeLayersModel,
  type LayersModelDescription,
} from "./tfjs/from-layers-model.js";
export { readLayersModel, writeLayersModel } from "./tfjs/layers-model-weights.js";
export { toLayersModel } from "./tfjs/to-layers-model.js";
