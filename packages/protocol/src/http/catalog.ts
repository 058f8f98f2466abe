import { z } from "zod";

const optionNames = z.array(z.string());

/** What a run can be made of, as this server knows it: answer of `GET /api/catalog`. */
export const catalog = z.object({
  strategies: z.array(z.object({ name: z.string() })),
  models: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      recommended: z.record(z.string(), z.unknown()).describe("what a run uses when its config is silent"),
    }),
  ),
  hooks: z.array(z.object({ name: z.string() })),
  partitions: z.array(z.object({ name: z.string(), options: optionNames })),
  data: z.object({
    made_up: z.array(z.string()).describe("values of `data`"),
    files: z
      .array(z.object({ kind: z.string(), description: z.string() }))
      .describe("what `data_path` may name, and the `kind` of `data_options` for it"),
    upload_limit_bytes: z.int(),
  }),
  engines: z.array(z.string()),
  run_config: z.record(z.string(), z.unknown()).describe("JSON Schema of what POST /api/runs takes"),
});
export type Catalog = z.output<typeof catalog>;
