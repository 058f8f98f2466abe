import { type RunConfig, toSnakeCase } from "@fedloom/protocol";
import {
  featureTransforms,
  type PartitionOptions,
  partitionOptionNames,
  usualPartitionOptions,
} from "@fedloom/trainer-core";
import { refuseField, refusingAs } from "./refusal.js";

export type PartitionConfig = Pick<
  RunConfig,
  "partition" | "partitionOptions" | "dirichletAlpha" | "numClients" | "seed"
>;

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
const rules: Readonly<Record<string, readonly [expected: string, fits: (value: unknown) => boolean]>> = {
  minSize: ["an integer >= 1", isCount],
  maxTries: ["an integer >= 1", isCount],
  shardsPerClient: ["an integer >= 1", isCount],
  classesPerClient: ["an integer >= 1", isCount],
  exponent: ["a finite number >= 0", (value) => Number.isFinite(value) && (value as number) >= 0],
  balance: ["true or false", (value) => typeof value === "boolean"],
};
/** Brought by fields of their own. */
const OWN_FIELDS: Readonly<Record<string, string>> = {
  alpha: "dirichlet_alpha",
  numClients: "num_clients",
  seed: "seed",
};

/**
 * How a config has samples dealt out.
 * @throws ServerError `config_invalid` for options that the partition has no use for, or that are none.
 */
export function partitionOf(config: PartitionConfig): PartitionOptions {
  const { partition: kind, partitionOptions: options = {}, dirichletAlpha: alpha, numClients, seed } = config;
  const names = partitionOptionNames(kind);
  const known = names.filter((name) => !Object.hasOwn(OWN_FIELDS, name));
  for (const [name, value] of Object.entries(options)) {
    const own = Object.hasOwn(OWN_FIELDS, name) ? OWN_FIELDS[name] : undefined;
    const field = `partition_options.${toSnakeCase(name)}`;
    if (own !== undefined) refuseField(field, `it as the field ${own}`, value);
    if (!known.includes(name)) {
      const expected =
        known.length > 0 ? `options of ${kind} among ${known.join(", ")}` : `no options of ${kind}`;
      refuseField("partition_options", expected, name);
    }
    const [expected, fits] = rules[name] ?? [];
    if (expected !== undefined && !fits?.(value)) refuseField(field, expected, value);
  }
  if (kind === "feature") requireFeatureSkew(options, { numClients, seed });
  return {
    kind,
    numClients,
    seed,
    ...usualPartitionOptions[kind],
    ...(names.includes("alpha") && { alpha }),
    ...options,
  } as PartitionOptions;
}

function requireFeatureSkew(
  options: Readonly<Record<string, unknown>>,
  dealt: { numClients: number; seed: number },
): void {
  if (Object.keys(options).length === 0) {
    refuseField("partition_options", "noise, brightness, contrast or rotation for feature", "none of them");
  }
  refusingAs("partition_options", () => featureTransforms({ ...options, ...dealt }));
}
