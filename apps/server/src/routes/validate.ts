import { describeIssue } from "@fedloom/protocol";
import type { FastifyInstance, FastifySchemaCompiler } from "fastify";
import { z } from "zod";
import { ServerError } from "../errors.js";

/** Checks requests by their zod schemas: a refusal names field, expected and received. */
export function validateByZod(app: FastifyInstance): void {
  const compile: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
    // Node gives headers in lower case; those that no schema names are not for the route.
    const checked =
      httpPart === "headers" && schema instanceof z.ZodObject ? z.looseObject(schema.shape) : schema;
    return (input) => check(checked, input);
  };
  app.setValidatorCompiler(compile as never);
  // Answers are checked against the document by tests, not one by one as they are sent.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.addHook("preValidation", async (request) => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {};
  });
}

function check(schema: z.ZodType, input: unknown): { value: unknown } | { error: Error } {
  const result = schema.safeParse(input);
  if (result.success) return { value: result.data };
  const { message, field, expected, received } = describeIssue(result.error, input);
  return { error: new ServerError("request_invalid", message, { field, expected, received }) };
}
