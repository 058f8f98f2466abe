import { describe, expect, it } from "vitest";
import { choiceOf, isFiltered, NO_FILTERS, queryOf, sortChanges } from "./runs-query.js";

const choice = (query: string) => choiceOf(new URLSearchParams(query));

describe("the choice of runs in the address", () => {
  it("is the newest fifty when nothing is said", () => {
    expect(queryOf(choice(""))).toEqual({
      states: [],
      mode: undefined,
      search: undefined,
      project: undefined,
      tag: undefined,
      sort: "created_at",
      order: "desc",
      limit: 50,
      offset: 0,
    });
    expect(isFiltered(choice("sort=state&page=3"))).toBe(false);
  });

  it("is read as it was written", () => {
    const chosen = choice("search=prox&state=failed&state=lost&mode=federated&tag=a%2Cb&page=3&rows=25");
    expect(queryOf(chosen)).toMatchObject({
      search: "prox",
      states: ["lost", "failed"],
      mode: "federated",
      tag: "a,b",
      limit: 25,
      offset: 50,
    });
    expect(isFiltered(chosen)).toBe(true);
  });

  it.each([
    "state=nonsense",
    "mode=x",
    "page=-1",
    "page=1e99",
    "rows=7",
    "sort=secret&order=up",
    "search=%20",
  ])("leaves out what is not known: %s", (query) => {
    expect(queryOf(choice(query))).toEqual(queryOf(choice("")));
  });

  it("has no filter once they are taken away", () => {
    const search = new URLSearchParams("search=a&state=failed&mode=federated&project=p&tag=t");
    for (const name of Object.keys(NO_FILTERS)) search.delete(name);
    expect(isFiltered(choiceOf(search))).toBe(false);
  });
});

describe("sorting by a column", () => {
  it("begins with A or with the newest, and turns round", () => {
    expect(sortChanges(choice("page=4"), "experiment_name")).toEqual({
      sort: "experiment_name",
      order: "",
      page: "",
    });
    expect(sortChanges(choice("sort=experiment_name"), "experiment_name").order).toBe("desc");
    expect(sortChanges(choice(""), "created_at")).toEqual({ sort: "", order: "asc", page: "" });
    expect(sortChanges(choice("order=asc"), "created_at")).toEqual({ sort: "", order: "", page: "" });
  });
});
