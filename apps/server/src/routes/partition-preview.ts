import { partitionPreview, partitionPreviewRequest, runConfig } from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import type { PartitionPreviewer } from "../runs/preview/partition-previewer.js";
import { goneSignal } from "./gone-signal.js";

/** `POST /api/partition-preview`: who would hold how many samples of which class, before a run is started. */
export function addPartitionPreviewRoute(
  app: FastifyInstance,
  { previewer }: { readonly previewer: Pick<PartitionPreviewer, "preview"> },
): void {
  app.post(
    "/api/partition-preview",
    {
      // As starting a run: it reads whatever path is named.
      config: { access: "admin" },
      schema: {
        summary: "Who would hold how many samples of which class",
        description: "The partition of a run with the same fields in its config, sample for sample.",
        tags: ["runs"],
        operationId: "previewPartition",
        body: partitionPreviewRequest,
        response: { 200: partitionPreview.wireSchema },
      },
    },
    async (request, reply) => {
      const config = runConfig.fromWire(request.body as Record<string, unknown>);
      return previewer.preview(config, goneSignal(reply));
    },
  );
}
