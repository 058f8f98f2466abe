import { packagePreset } from "../../tooling/tsup/package-preset.js";

export default packagePreset(
  {
    index: "src/index.ts",
    node: "src/node.ts",
    tfjs: "src/tfjs.ts",
    worker: "src/simulation/worker.ts",
  },
  // tsup leaves dependencies out of the bundle by itself, but not optional ones.
  { external: ["@tensorflow/tfjs-node", "@napi-rs/image"] },
);
