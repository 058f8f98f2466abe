import { expect, it } from "vitest";
import { sampleValues } from "./sample-values.js";

it.each([
  ["bytes", Uint8Array.of(0, 51, 102, 153, 204, 255)],
  ["numbers", Float32Array.from([0, 0.2, 0.4, 0.6, 0.8, 1])],
  [
    "a file",
    {
      path: "images",
      rowBytes: 2,
      read: (row: number, into: Uint8Array) => into.set([row * 102, row * 102 + 51]),
    },
  ],
])("reads samples of %s in the order that is asked for", (_, features) => {
  const values = sampleValues({ features }, [2, 0], 2);
  expect([...values]).toEqual([0.8, 1, 0, 0.2].map(Math.fround));
});
