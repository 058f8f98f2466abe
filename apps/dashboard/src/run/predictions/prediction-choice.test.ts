import { expect, it } from "vitest";
import { withChanges } from "../../router.js";
import { choiceOf, choosing, lookingAt, queryOf, turningTo } from "./prediction-choice.js";

const read = (text: string) => choiceOf(new URLSearchParams(text));

it("is the worst mistakes of the best model on test samples when the address says nothing", () => {
  expect(read("")).toEqual({
    kind: "best",
    part: "test",
    filter: "all",
    sort: "loss",
    page: 0,
    about: "predicted",
    heat: 60,
  });
});

it("reads what the reader chose, and leaves out what makes no sense", () => {
  expect(
    read("kind=last&part=val&filter=mistakes&sort=index&label=1&predicted=0&page=3&about=1&heat=0"),
  ).toEqual({
    kind: "last",
    part: "val",
    filter: "mistakes",
    sort: "index",
    label: 1,
    predicted: 0,
    page: 2,
    about: 1,
    heat: 0,
  });
  expect(read("kind=x&part=&label=-1&predicted=1e3&page=0&about=999&heat=101&at=1.5")).toEqual(read(""));
});

it("has the page with it of a sample that is looked at closely", () => {
  expect(read("at=49&page=7")).toMatchObject({ at: 49, page: 2 });
  const search = withChanges(new URLSearchParams("filter=mistakes"), lookingAt(49));
  expect(search.toString()).toBe("filter=mistakes&at=49&page=3");
  expect(withChanges(search, lookingAt(undefined)).toString()).toBe("filter=mistakes&page=3");
  expect(withChanges(search, turningTo(0)).toString()).toBe("filter=mistakes");
});

it("begins again at the first page for another choice", () => {
  const search = new URLSearchParams("label=1&page=3&at=50");
  expect(withChanges(search, choosing({ label: undefined, predicted: 0 })).toString()).toBe("predicted=0");
});

it("is asked of the server page by page", () => {
  expect(queryOf(read("page=3&label=0"))).toMatchObject({
    label: 0,
    predicted: undefined,
    limit: 20,
    offset: 40,
  });
});
