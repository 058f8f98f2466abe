import { type Catalog, type OptionDescription, runConfig } from "@fedloom/protocol";

const number = (name: string, more: Partial<OptionDescription> = {}): OptionDescription => ({
  name,
  kind: "number",
  about: "A number.",
  is_required: false,
  ...more,
});

/** A server's catalog as small as tests of the form need it, with the real schema of a run's config. */
export const testingCatalog: Catalog = {
  strategies: [
    {
      name: "fedavg",
      title: "FedAvg",
      about: "The mean.",
      options: [number("selection.fraction", { max: 1 })],
    },
    {
      name: "fedprox",
      title: "FedProx",
      about: "Near the global model.",
      options: [number("mu", { min: 0, is_required: true }), number("selection.fraction", { max: 1 })],
    },
  ],
  models: [{ name: "mlp", title: "MLP", recommended: { batch_size: 32, optimizer: { name: "sgd" } } }],
  hooks: [
    {
      name: "clip-update",
      title: "Clip updates",
      about: "Shortens long updates.",
      options: [number("max_norm", { min: 0, is_above_min: true, is_required: true })],
    },
    { name: "reject-invalid", title: "Refuse invalid updates", about: "Refuses.", options: [] },
  ],
  partitions: [
    {
      name: "dirichlet",
      title: "Dirichlet",
      about: "Drawn.",
      options: [number("dirichlet_alpha", { default: 0.5 }), number("min_size", { kind: "integer", min: 1 })],
    },
    { name: "iid", title: "Even", about: "Alike.", options: [] },
  ],
  data: {
    made_up: [
      { name: "synthetic-xrays", title: "Synthetic chest X-rays", about: "Drawn." },
      { name: "blobs", title: "Blobs", about: "Points." },
    ],
    files: [{ kind: "csv", description: "a table" }],
    upload_limit_bytes: 1_000,
  },
  engines: ["auto"],
  run_config: runConfig.wireSchema.toJSONSchema({ io: "input" }) as Record<string, unknown>,
};
