import { expect, it } from "vitest";
import { describeRecommended, recommendedText } from "./describe-recommended.js";
import { aboutOf, labelOf } from "./field-words.js";
import { isOfOther } from "./is-of-other.js";

it("names fields, those that it was not told of too", () => {
  expect(labelOf("num_rounds")).toBe("Rounds");
  expect(labelOf("deadline_ms")).toBe("Deadline (ms)");
  expect(labelOf("strategy_options.server_learning_rate")).toBe("Server learning rate");
  expect(labelOf("constructor")).toBe("Constructor");
});

it("explains fields in whole sentences", () => {
  expect(aboutOf("x", "what it does")).toBe("What it does.");
  expect(aboutOf("x", "A sentence.")).toBe("A sentence.");
  expect(aboutOf("x", "")).toBe("");
});

it("says what a model recommends", () => {
  const recommended = { batch_size: 32, optimizer: { name: "adam", beta1: 0.9 }, balanced_softmax: true };
  expect(describeRecommended(recommended)).toBe(
    "batch size 32, optimizer adam beta1 0.9, balanced softmax on",
  );
  expect(recommendedText(recommended, "batch_size")).toBe("32");
  expect(recommendedText(undefined, "batch_size")).toBe("as recommended");
});

it("tells fields of the other optimizer", () => {
  const name = {
    name: "name",
    kind: "choice",
    about: "",
    is_required: true,
    choices: ["sgd", "adam"],
  } as const;
  const fields = [{ ...name, choices: [...name.choices] }];
  expect(isOfOther("of adam", "sgd", fields)).toBe(true);
  expect(isOfOther("of sgd", "sgd", fields)).toBe(false);
  expect(isOfOther("of nothing", "sgd", fields)).toBe(false);
});
