import { packagePreset } from "../../tooling/tsup/package-preset.js";

export default packagePreset({ main: "src/main.ts" }, { platform: "node" });
