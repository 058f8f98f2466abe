import type { FastifyInstance } from "fastify";

export type PartState = { status: "ok" | "degraded" | "off"; detail?: string | undefined };

/** `GET /health`: 200 as long as the server answers, with the state of each of its parts. */
export function addHealthRoute(app: FastifyInstance, parts: Record<string, () => PartState>): void {
  app.get("/health", async () => {
    const states = Object.fromEntries(Object.entries(parts).map(([name, state]) => [name, state()]));
    const degraded = Object.values(states).some(({ status }) => status === "degraded");
    return { status: degraded ? "degraded" : "ok", parts: states };
  });
}
