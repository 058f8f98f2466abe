import { expect, it } from "vitest";
import { describeRun } from "./describe-run.js";
import { emptyDraft } from "./draft.js";
import { testingCatalog } from "./testing-catalog.js";

it("says what would be started", () => {
  expect(describeRun(emptyDraft, testingCatalog)).toBe(
    "5 clients train one model together: 5 rounds of FedAvg on synthetic chest X-rays.",
  );
  const config = { model: "mlp", num_rounds: 1, hooks: [{ name: "clip-update" }], data_path: "/data/a.npz" };
  expect(describeRun({ config, source: "path" }, testingCatalog)).toBe(
    "5 clients train mlp together: 1 round of FedAvg on a.npz. Beside it: Clip updates.",
  );
  expect(describeRun({ config: { mode: "centralized" }, source: "path" }, testingCatalog)).toBe(
    "Trains one model in one place: 10 epochs on data still to be chosen.",
  );
});
