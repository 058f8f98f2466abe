import type { ClientRound as StoredClient } from "@fedloom/protocol";
import type { ClientRound } from "../../live/run-view.js";

/** What storage says of a client in a round, as the live view has it. */
export function viewOfStored({ round: _, endedAt: __, error, ...client }: StoredClient): ClientRound {
  const loss = client.metrics.train_loss ?? client.metrics.loss;
  return {
    ...client,
    ...(loss !== undefined && { trainLoss: loss }),
    ...(error !== undefined && { error }),
  };
}
