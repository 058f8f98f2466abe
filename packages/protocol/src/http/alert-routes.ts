import { z } from "zod";
import { name } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";
import { alertMatcher } from "./alert-fields.js";

const MAX_ADDRESS_LENGTH = 2_048;
const HTTP = /^https?$/;
const USER_IN_ADDRESS = /^[^/]*\/\/[^/?#]*@/;

const address = z
  .url({ protocol: HTTP, error: "expected an address that begins with http:// or https://" })
  .max(MAX_ADDRESS_LENGTH)
  .refine((url) => !USER_IN_ADDRESS.test(url), { error: "expected an address without user and password" });

/** Of which a webhook's receiver knows that a message is this server's. */
const secret = z
  .string()
  .min(16)
  .max(256)
  .regex(/^[\x21-\x7e]+$/, { error: "expected letters, digits and signs without blanks" });

const log = z.strictObject({ kind: z.literal("log").describe("one line on the server's standard error") });
const receiverInput = z.discriminatedUnion("kind", [
  log,
  z.strictObject({
    kind: z.literal("webhook").describe("a signed POST to an address"),
    url: address,
    secret: secret
      .optional()
      .describe("signs what is sent; when absent the one before stays, or one is made and told this once"),
  }),
]);
const receiver = z.discriminatedUnion("kind", [
  log,
  z.strictObject({ kind: z.literal("webhook"), url: z.string() }),
]);

const common = {
  name,
  isEnabled: z.boolean().default(true),
  matcher: alertMatcher.default({}),
};

/** Body of `POST /api/alerts/routes` and `PUT /api/alerts/routes/{route_id}`. */
export const alertRouteInput = defineWireObject(
  { ...common, receiver: receiverInput },
  { unknownFields: "refuse" },
);
export type AlertRouteInput = ValueOfWireObject<typeof alertRouteInput>;

/** Where alerts go beside the dashboard; a secret is never shown. */
export const alertRoute = defineWireObject({ routeId: name, ...common, receiver });
export type AlertRoute = ValueOfWireObject<typeof alertRoute>;

/** Answer of what adds or changes a route. */
export const alertRouteSaved = alertRoute.wireSchema.extend({
  secret: z.string().optional().describe("if it was made here: it is not told again"),
});

/** Answer of `GET /api/alerts/routes`. */
export const alertRouteList = z.object({ routes: z.array(alertRoute.wireSchema) });

/** Path of one route. */
export const alertRouteParams = z.strictObject({ route_id: name });

/** Answer of `POST /api/alerts/routes/{route_id}/test`. */
export const alertRouteTest = defineWireObject({
  isDelivered: z.boolean(),
  status: z.int().optional().describe("of the receiver's HTTP answer"),
  error: z.string().optional().describe("why it was not delivered"),
  durationMs: z.number().min(0),
});
export type AlertRouteTest = ValueOfWireObject<typeof alertRouteTest>;
