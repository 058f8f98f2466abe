import type { RunConfig } from "@fedloom/protocol";
import { requireSourceOptions } from "@fedloom/trainer-core";
import type { DataSource } from "@fedloom/trainer-core/node";
import { refuseField, refusingAs } from "./refusal.js";

type DataConfig = Pick<RunConfig, "data" | "dataPath" | "dataOptions">;

/** Paths and functions are nothing that a client may bring. */
const FORBIDDEN = ["path", "file", "bytes", "files", "cacheFolder", "onProgress", "seed"];

/**
 * Where a config has its samples from.
 * @throws ServerError `config_invalid` for options that the data have no use for, and for two sources.
 */
export function dataSourceOf({ data, dataPath, dataOptions }: DataConfig): DataSource {
  if (data !== undefined && dataPath !== undefined) refuseField("data", "none beside data_path", data);
  const forbidden = Object.keys(dataOptions ?? {}).find((name) => FORBIDDEN.includes(name));
  if (forbidden !== undefined) refuseField("data_options", `no ${forbidden}`, "one");
  if (dataPath === undefined) {
    const kind = data ?? "synthetic-xrays";
    if (dataOptions && Object.hasOwn(dataOptions, "kind")) {
      refuseField("data_options", "no kind beside made-up data, whose kind is data", dataOptions.kind);
    }
    const source = { ...dataOptions, kind } as { kind: typeof kind };
    refusingAs("data_options", () => requireSourceOptions(source));
    return source;
  }
  if (!dataOptions || Object.keys(dataOptions).length === 0) return { path: dataPath };
  if (!Object.hasOwn(dataOptions, "kind")) {
    refuseField("data_options", "a kind of npz, idx, csv or images among them", "none");
  }
  const source = { ...dataOptions, path: dataPath } as unknown as { kind: string };
  refusingAs("data_options", () => requireSourceOptions(source));
  return source as DataSource;
}
