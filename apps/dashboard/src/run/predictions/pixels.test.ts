import { expect, it } from "vitest";
import { heatColour } from "./heat-colours.js";
import { bytesOf, heatColours, imageColours } from "./pixels.js";

it("reads base64 as bytes", () => {
  expect([...bytesOf("AAF//w==")]).toEqual([0, 1, 127, 255]);
  expect(bytesOf("")).toHaveLength(0);
});

it("makes one channel grey, three colours, and of others shows the first", () => {
  expect([...imageColours(Uint8Array.of(7, 9), 1)]).toEqual([7, 7, 7, 255, 9, 9, 9, 255]);
  expect([...imageColours(Uint8Array.of(1, 2, 3), 3)]).toEqual([1, 2, 3, 255]);
  expect([...imageColours(Uint8Array.of(5, 6), 2)]).toEqual([5, 5, 5, 255]);
});

it("lets an image through where nothing is hot", () => {
  expect([...heatColours(Uint8Array.of(0, 255))]).toEqual([...heatColour(0), 0, ...heatColour(255), 255]);
});
