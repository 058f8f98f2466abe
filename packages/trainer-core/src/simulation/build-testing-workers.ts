import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsup";

/** Built files of workers, for tests that run from source. */
export interface BuiltWorkers extends AsyncDisposable {
  /** The real one. */
  readonly worker: URL;
  /** The one whose clients can misbehave. */
  readonly testing: URL;
}

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

/** Builds the workers from source, beside the packages that they import. */
export async function buildTestingWorkers(): Promise<BuiltWorkers> {
  const folder = await mkdtemp(join(packageFolder, "node_modules", ".testing-worker-"));
  const source = (file: string) => join(packageFolder, "src", "simulation", file);
  await build({
    config: false,
    entry: { worker: source("worker.ts"), testing: source("testing-worker.ts") },
    outDir: folder,
    format: "esm",
    target: "es2022",
    platform: "node",
    silent: true,
    external: [/^@tensorflow\//],
    noExternal: [/^@fedloom\//],
    esbuildOptions(options) {
      options.conditions = ["@fedloom/source"];
    },
  });
  return {
    worker: pathToFileURL(join(folder, "worker.js")),
    testing: pathToFileURL(join(folder, "testing.js")),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
