import type { Database } from "@fedloom/db";
import { newToken, tokenList, tokenListQuery, tokenMade, tokenParams, tokenRecord } from "@fedloom/protocol";
import { createToken, createTokenId } from "@fedloom/relay";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Access } from "../access/create-access.js";
import { ServerError } from "../errors.js";

type InputOfNewToken = ReturnType<typeof newToken.fromWire>;

export interface TokenRoutesOptions {
  database: Pick<Database, "tokens" | "runs">;
  access: Pick<Access, "cut">;
}

const tags = ["access"];
const config = { access: "admin" } as const;

/** Tokens: made, listed and revoked by whoever may do everything. */
export function addTokenRoutes(app: FastifyInstance, { database, access }: TokenRoutesOptions): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get(
    "/api/tokens",
    {
      config,
      schema: {
        tags,
        summary: "Tokens, newest first",
        operationId: "listTokens",
        querystring: tokenListQuery,
        response: { 200: tokenList },
      },
    },
    async ({ query: { limit, offset } }) => {
      const all = await database.tokens.list();
      const page = all.slice(offset, offset + limit);
      return { tokens: page.map((token) => tokenRecord.toWire(token)), total: all.length };
    },
  );

  routes.post(
    "/api/tokens",
    {
      config,
      schema: {
        tags,
        summary: "Make a token",
        description: "The token is shown this once; only its hash is kept.",
        operationId: "createToken",
        body: newToken.wireSchema,
        response: { 201: tokenMade },
      },
    },
    async (request, reply) => {
      const wanted = newToken.fromWire(request.body as Record<string, unknown>);
      await refuseUseless(wanted, database);
      const { token, record } = createToken({ role: wanted.role });
      const tokenId = createTokenId();
      await database.tokens.create({ ...wanted, tokenId, hash: record.hash });
      return reply.code(201).send({ token, token_id: tokenId });
    },
  );

  routes.delete(
    "/api/tokens/:token_id",
    {
      config,
      schema: {
        tags,
        summary: "Revoke a token",
        description: "Whoever is connected by it is cut.",
        operationId: "revokeToken",
        params: tokenParams,
        response: { 204: z.null().describe("revoked") },
      },
    },
    async ({ params: { token_id: tokenId } }, reply) => {
      if (!(await database.tokens.revoke(tokenId))) {
        throw new ServerError("token_not_found", `there is no token ${tokenId}`);
      }
      // Afterwards, since it may be the token by which this was asked.
      reply.raw.once("finish", () => setImmediate(() => access.cut(new Set([tokenId]))));
      return reply.code(204).send(null);
    },
  );
}

async function refuseUseless(
  { runId, project, expiresAt }: Pick<InputOfNewToken, "runId" | "project" | "expiresAt">,
  { runs }: Pick<Database, "runs">,
): Promise<void> {
  if (runId !== undefined && project !== undefined) {
    const message = "project: expected none beside run_id, since a run is of one project";
    throw new ServerError("request_invalid", message, { field: "project" });
  }
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()) {
    const [field, expected] = ["expires_at", "a time to come"];
    const message = `${field}: expected ${expected}, received ${expiresAt}`;
    throw new ServerError("request_invalid", message, { field, expected, received: expiresAt });
  }
  if (runId !== undefined && !(await runs.get(runId))) {
    throw new ServerError("run_not_found", `there is no run ${runId}`, { field: "run_id" });
  }
}
