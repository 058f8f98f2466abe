import { expect, it } from "vitest";
import { describeFields } from "./describe-schema.js";
import { fieldsOf } from "./described-options.js";
import { testingCatalog } from "./testing-catalog.js";

const fields = describeFields(testingCatalog.run_config);
const field = (name: string) => fields.find((option) => option.name === name);

it("describes the fields of the real schema as forms ask for them", () => {
  expect(field("num_rounds")).toMatchObject({ kind: "integer", default: 5, min: 1, max: 10_000 });
  expect(field("learning_rate")).toMatchObject({ kind: "number", min: 0, is_above_min: true, max: 10 });
  expect(field("privacy_delta")).toMatchObject({ is_above_min: true, max: 1, is_below_max: true });
  expect(field("engine")).toMatchObject({ kind: "choice", default: "auto" });
  expect(field("engine")?.choices).toContain("wasm");
  expect(field("tags")).toMatchObject({ kind: "list", default: [] });
  expect(field("augment")).toMatchObject({ kind: "object", is_required: false });
  expect(field("notes")?.about).toBe("anything worth knowing");
});

it("describes what objects in it hold, and what they need", () => {
  const patience = fieldsOf(testingCatalog, "early_stopping").find(({ name }) => name === "patience");
  expect(patience).toMatchObject({ kind: "integer", is_required: true, min: 1 });
  expect(fieldsOf(testingCatalog, "optimizer").map(({ name }) => name)).toContain("weight_decay");
});

it("describes nothing where there is no schema", () => {
  expect(describeFields(undefined)).toEqual([]);
});
