import { z } from "zod";

/** One option of a strategy, hook or partition, as a form asks for it and the API takes it. */
export const optionDescription = z.object({
  name: z.string().describe("as the API takes it; selection.kind is the field kind of the object selection"),
  kind: z.enum(["number", "integer", "boolean", "choice", "text", "list", "object"]),
  about: z.string().describe("what it does, in a sentence"),
  is_required: z.boolean(),
  default: z.unknown().optional().describe("what is used when it is absent, where that is a plain value"),
  min: z.number().optional(),
  max: z.number().optional(),
  is_above_min: z
    .boolean()
    .optional()
    .describe("whether the value must be greater than min, not equal to it"),
  is_below_max: z.boolean().optional(),
  choices: z.array(z.string()).optional().describe("of kind choice"),
  example: z.unknown().optional().describe("of kinds list and object"),
});
export type OptionDescription = z.output<typeof optionDescription>;

const described = z.object({
  name: z.string(),
  title: z.string().describe("what people call it"),
  about: z.string().describe("what it does and when to take it, in a sentence or two"),
  options: z.array(optionDescription),
});

/** What a run can be made of, as this server knows it: answer of `GET /api/catalog`. */
export const catalog = z.object({
  strategies: z.array(described.extend({ source: z.string().optional().describe("the paper") })),
  models: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      recommended: z.record(z.string(), z.unknown()).describe("what a run uses when its config is silent"),
    }),
  ),
  hooks: z.array(described),
  partitions: z
    .array(described)
    .describe("options go to `partition_options`, but for dirichlet_alpha, a field of the config itself"),
  data: z.object({
    made_up: z
      .array(z.object({ name: z.string(), title: z.string(), about: z.string() }))
      .describe("values of `data`"),
    files: z
      .array(z.object({ kind: z.string(), description: z.string() }))
      .describe("what `data_path` may name, and the `kind` of `data_options` for it"),
    upload_limit_bytes: z.int(),
  }),
  engines: z.array(z.string()),
  run_config: z.record(z.string(), z.unknown()).describe("JSON Schema of what POST /api/runs takes"),
});
export type Catalog = z.output<typeof catalog>;
