/**
 * What training computes with:
 * - `tfjs-node`: TensorFlow's native library, an optional package
 * - `webgpu`, `webgl`: the graphics card, in browsers; optional packages
 * - `wasm`: WebAssembly, planned where the model is known, else through TensorFlow.js
 * - `cpu`: plain JavaScript, slow everywhere
 */
export const engineNames = ["tfjs-node", "webgpu", "webgl", "wasm", "cpu"] as const;
export type EngineName = (typeof engineNames)[number];

/** What a trainer computes with. */
export interface Engine {
  readonly name: EngineName;
  /** Why it is this one, in words. */
  readonly reason: string;
}
