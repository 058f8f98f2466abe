import type { Options } from "tsup";

/** How every package and Node app is built: JavaScript only; types come from tsc. */
export function packagePreset(entry: Record<string, string>, options: Options = {}): Options {
  return {
    entry,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
    silent: true,
    ...options,
  };
}
