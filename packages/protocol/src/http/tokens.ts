import { z } from "zod";
import { count, MAX_NAME_LENGTH, name, runId } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";
import { wholeNumber } from "./query-fields.js";

/** What the bearer of a token may do: watch, send events, join as a training client, or everything. */
export const tokenRole = z.enum(["viewer", "publisher", "client", "admin"]);

const tokenId = z
  .string()
  .regex(/^[0-9a-f]{12}$/, { error: "expected 12 hexadecimal digits" })
  .describe("names a token; lets nobody in");
const label = z
  .string()
  .max(MAX_NAME_LENGTH)
  .refine((input) => !/\p{Cc}/u.test(input), { error: "expected no control characters" });

/** A token, without what lets anybody in. */
export const tokenRecord = defineWireObject({
  tokenId,
  role: tokenRole,
  runId: runId.optional().describe("the only run it is for"),
  project: name.optional().describe("the only project it is for"),
  label,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  revokedAt: z.iso.datetime().optional(),
  lastUsedAt: z.iso.datetime().optional().describe("to the minute"),
});
export type TokenRecord = ValueOfWireObject<typeof tokenRecord>;

/** Query of `GET /api/tokens`. */
export const tokenListQuery = z.strictObject({
  limit: wholeNumber(1, 1_000).default(50).describe("most entries of the answer"),
  offset: wholeNumber(0, 1_000_000_000).default(0).describe("entries to leave out"),
});

/** Answer of `GET /api/tokens`, newest first. */
export const tokenList = z.object({ tokens: z.array(tokenRecord.wireSchema), total: count });

/** Body of `POST /api/tokens`. */
export const newToken = defineWireObject(
  {
    role: tokenRole,
    runId: runId.optional().describe("the only run it is for"),
    project: name.optional().describe("the only project it is for"),
    label: label.optional().describe("for whom, or for what"),
    expiresAt: z.iso.datetime().optional().describe("when it stops to work; never when absent"),
  },
  { unknownFields: "refuse" },
);

/** Answer of `POST /api/tokens`. */
export const tokenMade = z.object({
  token: z.string().describe("shown this once, and kept nowhere"),
  token_id: tokenId,
});

/** Path of one token. */
export const tokenParams = z.strictObject({ token_id: tokenId });
