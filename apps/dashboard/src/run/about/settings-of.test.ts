import { expect, it } from "vitest";
import { settingsOf } from "./settings-of.js";

it("tells what is unlike the defaults, in the order of the form", () => {
  const settings = settingsOf({
    hooks: [{ name: "clip-update", options: { max_norm: 1 } }, { name: "reject-invalid" }],
    num_rounds: 8,
    num_epochs: 10,
    seed: 1,
    tags: ["a"],
    quorum: 2,
    strategy_options: { selection: { kind: "fraction", fraction: 0.5 }, nesterov: true },
  });
  expect(settings.map(({ label, text, isUsual }) => [label, text, isUsual])).toEqual([
    ["Rounds", "8", false],
    ["Seed", "1", true],
    ["Strategy options", "selection (kind fraction, fraction 0.5), nesterov yes", false],
    ["Hook 1", "clip-update: max norm 1", false],
    ["Hook 2", "reject-invalid", false],
    ["Quorum", "2", false],
  ]);
});

it("takes the config of a stranger's run, whatever is in it", () => {
  const settings = settingsOf({ lr: 0.1, hooks: "none", nothing: null, deep: { a: [{ b: 1 }] }, mode: 3 });
  expect(settings.map(({ path, group, text }) => [path, group, text])).toEqual([
    ["mode", "Run", "3"],
    ["hooks", "Strategy", "none"],
    ["lr", "Others", "0.1"],
    ["deep", "Others", "a b 1"],
  ]);
  expect(settingsOf({})).toEqual([]);
});
