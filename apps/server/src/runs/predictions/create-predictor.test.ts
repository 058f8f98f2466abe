import type { RunRecord } from "@fedloom/protocol";
import { afterEach, expect, it } from "vitest";
import { createPredictor, type Predictor } from "./create-predictor.js";

const query = {
  kind: "best",
  part: "test",
  filter: "all",
  sort: "loss",
  limit: 1,
  offset: 0,
  activation_of: "predicted",
} as const;
const run = (isManaged: boolean) =>
  ({ runId: "01JD0000000000000000000001", isManaged, config: {} }) as unknown as RunRecord;

let predictor: Predictor | undefined;
afterEach(() => predictor?.close());

it("starts no process for a run that is not the server's, or has no such model yet", async () => {
  predictor = createPredictor({
    database: { checkpoints: { list: async () => [{ kind: "best", checkpointId: "c" }] as never } },
    databaseOptions: { dataDir: "/nowhere" },
    program: new URL("file:///nowhere.js"),
  });
  await expect(predictor.ask(run(false), query)).rejects.toMatchObject({ code: "run_not_managed" });
  const last = predictor.ask(run(true), { ...query, kind: "last" });
  await expect(last).rejects.toMatchObject({ code: "checkpoint_not_found" });
  await expect(predictor.ask(run(true), query)).rejects.toThrow("the process that makes predictions ended");
});
