import { readFileSync } from "node:fs";
import { type PartitionKind, type PartitionOptions, usualPartitionOptions } from "@fedloom/trainer-core";
import type { FlagValues } from "../command.js";
import { CliError } from "../errors.js";

/** Which option of which kinds a flag sets. */
const OPTION_OF: Readonly<Record<string, readonly [option: string, kinds: readonly PartitionKind[]]>> = {
  alpha: ["alpha", ["dirichlet", "dirichlet-per-client", "quantity"]],
  balance: ["balance", ["dirichlet"]],
  "min-size": ["minSize", ["dirichlet", "quantity", "power-law"]],
  "max-tries": ["maxTries", ["dirichlet", "quantity"]],
  "shards-per-client": ["shardsPerClient", ["shards"]],
  "classes-per-client": ["classesPerClient", ["pathological"]],
  exponent: ["exponent", ["power-law"]],
  groups: ["groups", ["natural"]],
  noise: ["noise", ["feature"]],
  brightness: ["brightness", ["feature"]],
  contrast: ["contrast", ["feature"]],
  rotation: ["rotation", ["feature"]],
};

const KINDS = [
  "iid",
  "dirichlet",
  "dirichlet-per-client",
  "shards",
  "pathological",
  "quantity",
  "power-law",
  "natural",
  "feature",
] as const satisfies readonly PartitionKind[];

/** The partition that the flags ask for; refuses flags that its kind has no use for. */
export function partitionOf(
  values: FlagValues,
  { seed, resolve }: { seed: number; resolve: (path: string) => string },
): PartitionOptions {
  const kind = values.choice("partition", KINDS) ?? "dirichlet";
  const given: Record<string, unknown> = {};
  for (const [flag, [option, kinds]] of Object.entries(OPTION_OF)) {
    const value = readOption(values, flag, resolve);
    if (value === undefined) continue;
    if (!kinds.includes(kind)) {
      throw new CliError(
        "usage",
        `--${flag}: expected with --partition ${kinds.join(" or ")}, received with ${kind}`,
      );
    }
    given[option] = value;
  }
  const numClients = values.number("clients", 1) ?? (kind === "natural" ? undefined : 5);
  if (kind === "natural" && given.groups === undefined) {
    throw new CliError("usage", "--groups: expected a file for --partition natural, received nothing");
  }
  if (kind === "feature" && Object.keys(given).length === 0) {
    throw new CliError(
      "usage",
      "--partition: expected feature with --noise, --brightness, --contrast or --rotation, received it alone",
    );
  }
  return {
    kind,
    ...(kind !== "natural" && { seed }),
    ...(numClients !== undefined && { numClients }),
    ...usualPartitionOptions[kind],
    ...given,
  } as PartitionOptions;
}

function readOption(values: FlagValues, flag: string, resolve: (path: string) => string): unknown {
  switch (flag) {
    case "balance":
      return values.isOn(flag) || undefined;
    case "min-size":
    case "max-tries":
    case "shards-per-client":
    case "classes-per-client":
      return values.number(flag, 1);
    case "alpha":
      return values.decimal(flag, { above: 0 });
    case "contrast":
      return values.decimal(flag, { max: 1 });
    case "rotation":
      return values.decimal(flag, { max: 180 });
    case "groups": {
      const path = values.text(flag);
      return path === undefined ? undefined : readGroups(resolve(path));
    }
    default:
      return values.decimal(flag);
  }
}

/** One group a line; the last line may end the file. */
function readGroups(path: string): string[] {
  try {
    const lines = readFileSync(path, "utf8").split(/\r?\n/);
    return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  } catch (cause) {
    throw new CliError("unreadable_file", `${path}: expected a readable file: ${(cause as Error).message}`, {
      cause,
    });
  }
}
