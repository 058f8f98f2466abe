import { packagePreset } from "../../tooling/tsup/package-preset.js";

export default packagePreset({ index: "src/index.ts" });
