import { expect, it } from "vitest";
import { routeOf, runPath } from "./router.js";

it("knows the screens by their paths", () => {
  expect(routeOf("/")).toEqual({ page: "runs" });
  expect(routeOf("/runs")).toEqual({ page: "runs" });
  expect(routeOf("/new/")).toEqual({ page: "new" });
  expect(routeOf(runPath("01JD"))).toEqual({ page: "run", runId: "01JD" });
  expect(routeOf("/runs/01JD/x")).toEqual({ page: "unknown" });
  expect(routeOf("/else")).toEqual({ page: "unknown" });
});
