import { packagePreset } from "../../tooling/tsup/package-preset.js";

export default packagePreset(
  { main: "src/main.ts", "run-process": "src/runs/run-process.ts" },
  { platform: "node" },
);
