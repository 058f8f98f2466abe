import { z } from "zod";

/** What the HTTP API answers in place of what was asked for (RFC 9457). */
export const problemDocument = z.object({
  type: z.string().describe("a URI, or about:blank"),
  title: z.string().describe("what the status means"),
  status: z.int().min(400).max(599).describe("of the answer"),
  detail: z.string().describe("what is wrong, in one sentence"),
  code: z.string().describe("the same for the same trouble, for programs"),
  field: z.string().optional().describe("what of the request is to blame, by its name on the wire"),
  expected: z.string().optional(),
  received: z.string().optional(),
});
export type ProblemDocument = z.output<typeof problemDocument>;
