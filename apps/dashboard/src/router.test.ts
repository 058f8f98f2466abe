import { expect, it } from "vitest";
import { routeOf, runPath, withChanges } from "./router.js";

it("knows the screens by their paths", () => {
  expect(routeOf("/")).toEqual({ page: "runs" });
  expect(routeOf("/runs")).toEqual({ page: "runs" });
  expect(routeOf("/new/")).toEqual({ page: "new" });
  expect(routeOf("/system")).toEqual({ page: "system" });
  expect(routeOf(runPath("01JD"))).toEqual({ page: "run", runId: "01JD", tab: "overview" });
  expect(routeOf(runPath("01JD", "clients"))).toEqual({ page: "run", runId: "01JD", tab: "clients" });
  expect(routeOf("/runs/01JD/x")).toEqual({ page: "unknown" });
  expect(routeOf("/alerts/x")).toEqual({ page: "unknown" });
  expect(routeOf("/else")).toEqual({ page: "unknown" });
});

it("keeps choices in the query, and leaves out what is empty", () => {
  const search = new URLSearchParams("q=chest&tag=a&tag=b");
  expect(withChanges(search, { q: "", tag: ["c", "d"] }).toString()).toBe("tag=c&tag=d");
  expect(withChanges(search, { sort: "name", tag: undefined }).toString()).toBe("q=chest&sort=name");
});
