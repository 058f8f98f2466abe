import { z } from "zod";
import { name } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";

/** How a part of the server is: `off` by choice, `degraded` with something missing, `down` when it does nothing. */
export const partHealth = z.object({
  status: z.enum(["ok", "degraded", "down", "off"]),
  detail: z.string().optional().describe("in words, where there is something to say"),
  figures: z.record(name, z.number()).optional().describe("by name with unit, such as latency_ms"),
});
export type PartHealth = z.output<typeof partHealth>;

/** What `GET /health` answers; parts only for those who may read. */
export const healthReport = defineWireObject({
  status: z.enum(["ok", "degraded"]),
  parts: z.record(name, partHealth).optional(),
});
export type HealthReport = ValueOfWireObject<typeof healthReport>;

/** What `GET /health/live` and `GET /health/ready` answer when all is well. */
export const healthStatus = defineWireObject({ status: z.literal("ok") });
