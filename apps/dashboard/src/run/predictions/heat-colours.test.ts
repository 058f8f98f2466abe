import { expect, it } from "vitest";
import { heatColour, heatGradient } from "./heat-colours.js";

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

it("is lighter with every step of heat, for eyes that tell no hues apart", () => {
  const values = Array.from({ length: 32 }, (_, i) => luminance(heatColour(i * 8)));
  for (const [i, value] of values.slice(1).entries()) expect(value).toBeGreaterThan(values[i] as number);
});

it("goes from its first stop to its last, and not beyond", () => {
  expect(heatColour(0)).toEqual([20, 10, 50]);
  expect(heatColour(-5)).toEqual([20, 10, 50]);
  expect(heatColour(255)).toEqual([250, 240, 150]);
  expect(heatColour(999)).toEqual([250, 240, 150]);
  expect(heatGradient).toMatch(/^linear-gradient\(to right, rgb\(20 10 50\), .+ rgb\(250 240 150\)\)$/);
});
