import { packagePreset } from "../../tooling/tsup/package-preset.js";

// tsup leaves dependencies out of the bundle by itself, but not optional ones.
export default packagePreset({ index: "src/index.ts" }, { external: ["@tensorflow/tfjs-node"] });
