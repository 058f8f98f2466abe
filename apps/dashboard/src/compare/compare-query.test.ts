import { describe, expect, it } from "vitest";
import { comparePath, MAX_COMPARED } from "./compare-path.js";
import { choiceOf } from "./compare-query.js";

const ids = Array.from({ length: 12 }, (_, i) => `01JD00000000000000000000${String(i).padStart(2, "0")}`);
const choice = (query: string) => choiceOf(new URLSearchParams(query));

describe("what is compared", () => {
  it("is read from the address that leads to it", () => {
    const path = comparePath(ids);
    expect(choice(path.slice(path.indexOf("?"))).runIds).toEqual(ids.slice(0, MAX_COMPARED));
    expect(choice(`run=${ids[1]}&run=${ids[0]}&run=${ids[1]}&run=../x`).runIds).toEqual([ids[1], ids[0]]);
  });

  it("has defaults for what is not said or not known", () => {
    const none = choice("phase=x&x=y&smooth=2&target=many&baseline=nobody");
    expect(none).toEqual(choice(""));
    expect(none).toMatchObject({ phase: "val", axis: "step", smoothing: "0", target: undefined });
  });

  it("takes a baseline that is among the runs, and a target", () => {
    const chosen = choice(`run=${ids[0]}&baseline=${ids[0]}&target_metric=loss&target=0`);
    expect(chosen).toMatchObject({ baseline: ids[0], targetMetric: "loss", target: 0 });
    expect(choice(`run=${ids[0]}&baseline=${ids[1]}`).baseline).toBeUndefined();
  });
});
