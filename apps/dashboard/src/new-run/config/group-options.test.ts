import { expect, it } from "vitest";
import { groupOptions, keptOptions, withoutOptions } from "./group-options.js";
import { testingCatalog } from "./testing-catalog.js";

const options = testingCatalog.strategies[1]?.options ?? [];

it("puts options of an object together", () => {
  const groups = groupOptions(options);
  expect([...groups.keys()]).toEqual(["", "selection"]);
  expect(groups.get("selection")?.map(({ name }) => name)).toEqual(["selection.fraction"]);
});

it("tells described options from others, and keeps those that another choice has too", () => {
  const held = { mu: 1, selection: { fraction: 1 }, other: 2 };
  expect(withoutOptions(held, options)).toEqual({ other: 2 });
  expect(keptOptions(held, testingCatalog.strategies[0]?.options ?? [])).toEqual({
    selection: { fraction: 1 },
  });
  expect(keptOptions(held, [])).toBeUndefined();
  expect(keptOptions(undefined, options)).toBeUndefined();
});
