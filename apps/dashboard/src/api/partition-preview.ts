import { type PartitionPreview, partitionPreview } from "@fedloom/protocol";
import { request } from "./request.js";
import { take } from "./take.js";

/** Who would hold how many samples of which class; takes fields of a run's config in their wire form. */
export async function previewPartition(
  config: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<PartitionPreview> {
  return take(partitionPreview.decode(await request("/api/partition-preview", { body: config, signal })));
}
