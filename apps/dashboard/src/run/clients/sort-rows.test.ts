import { expect, it } from "vitest";
import { choiceOf, searchOf } from "./clients-choice.js";
import { sortRows } from "./sort-rows.js";
import { marksOf } from "./timeline-marks.js";

const rows = [
  { clientId: "c-1", loss: 3 },
  { clientId: "c-2", loss: undefined },
  { clientId: "c-3", loss: 2 },
  { clientId: "c-10", loss: 2 },
];
const columns = [{ key: "loss", value: ({ loss }: (typeof rows)[number]) => loss }];
const sorted = (sort: string, isDown: boolean) =>
  sortRows(rows, columns, { sort, isDown }).map(({ clientId }) => clientId);

it("sorts rows by a column, those without a value last, equal ones by name", () => {
  expect(sorted("loss", true)).toEqual(["c-1", "c-3", "c-10", "c-2"]);
  expect(sorted("loss", false)).toEqual(["c-3", "c-10", "c-1", "c-2"]);
  expect(sorted("", false)).toEqual(["c-1", "c-2", "c-3", "c-10"]);
  expect(sorted("name", true)).toEqual(["c-10", "c-3", "c-2", "c-1"]);
});

it("keeps the reader's choice in the address, and nothing that goes without saying", () => {
  const query = "round=7&zoom=8&order=slowest&find=site&over=run&only=problems&sort=-mean";
  const choice = choiceOf(new URLSearchParams(query));
  expect(choice).toMatchObject({ round: 7, zoom: 8, order: "slowest", sort: "mean", isDown: true });
  expect(new URLSearchParams(searchOf(choice)).toString()).toBe(query);
  const plain = choiceOf(new URLSearchParams("round=x&zoom=7&order=up&over=moon"));
  expect(Object.values(searchOf(plain)).join("")).toBe("");
});

it("marks what happened to the run, by round", () => {
  const marks = marksOf({
    errors: [
      { error: "no disk", errorType: "x", timestamp: "", fatal: true, round: 9 },
      { error: "nowhere", errorType: "x", timestamp: "", fatal: false },
    ],
    earlyStopping: undefined,
    attempts: new Map([["b", { attempt: 2, resumedFrom: 4 }]]),
  });
  expect(marks.map(({ round, kind }) => [round, kind])).toEqual([
    [5, "resumed"],
    [9, "error"],
  ]);
});
