import { describe, expect, it } from "vitest";
import { COLUMNS, columnsOf } from "./columns.js";

describe("columnsOf", () => {
  it("has the usual ones until something was chosen", () => {
    expect(columnsOf(null)).toContain("state");
    expect(columnsOf(null)).not.toContain("model");
  });

  it("keeps the order of the table, and only what there is", () => {
    expect(columnsOf("model,nonsense,state")).toEqual(["state", "model"]);
    expect(columnsOf("")).toEqual([]);
    expect(columnsOf(COLUMNS.map(({ key }) => key).join(","))).toHaveLength(COLUMNS.length);
  });
});
