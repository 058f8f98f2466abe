import { describe, expect, it } from "vitest";
import { fedAvg } from "../strategies/fed-avg.js";
import { playRound } from "../testing/play-round.js";
import { assignRoles } from "./assign-roles.js";
import { createLayout } from "./layout.js";

const tensors = ["conv/kernel", "batch_norm/gamma", "batch_norm/moving_mean", "head/kernel"].map((name) => ({
  name,
  shape: [1],
}));
const rolesOf = (patterns: Parameters<typeof assignRoles>[1]) =>
  assignRoles(tensors, patterns).map(({ role }) => role ?? "trainable");

describe("assignRoles", () => {
  it("makes FedBN and FedPer of any strategy", () => {
    expect(rolesOf({ private: ["batch_norm/*"] })).toEqual(["trainable", "private", "private", "trainable"]);
    expect(rolesOf({ private: ["head/*"], statistic: ["*moving_*"] })).toEqual([
      "trainable",
      "trainable",
      "statistic",
      "private",
    ]);
    const layout = createLayout(assignRoles(tensors, { private: ["batch_norm/*"] }));
    const updates = [{ values: [1, 2, 3, 4] }, { values: [3, 4, 5, 6] }];
    expect([...playRound({ strategy: fedAvg(), updates, layout }).weights]).toEqual([2, 0, 0, 5]);
  });

  it("lets the last pattern decide", () => {
    expect(rolesOf({ statistic: ["*"], trainable: ["head*"] })).toEqual([
      "statistic",
      "statistic",
      "statistic",
      "trainable",
    ]);
  });

  it("refuses a pattern that names nothing", () => {
    expect(() => assignRoles(tensors, { private: ["haed/*"] })).toThrow(
      'private: expected a pattern that matches one of "conv/kernel", "batch_norm/gamma", "batch_norm/moving_mean", "head/kernel", got "haed/*"',
    );
  });
});
