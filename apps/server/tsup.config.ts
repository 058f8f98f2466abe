import { packagePreset } from "../../tooling/tsup/package-preset.js";

export default packagePreset(
  {
    main: "src/main.ts",
    serve: "src/serve.ts",
    "run-process": "src/runs/child/run-process.ts",
    "export-worker": "src/runs/child/export-worker.ts",
    "preview-process": "src/runs/preview/preview-process.ts",
    "predictions-process": "src/runs/predictions/predictions-process.ts",
  },
  { platform: "node" },
);
