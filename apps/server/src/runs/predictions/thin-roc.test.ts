import { exactAuroc, exactRocCurve, randomStream, sortedScores } from "@fedloom/fl-strategy";
import { expect, it } from "vitest";
import { thinRoc } from "./thin-roc.js";

function drawn(numSamples: number) {
  const random = randomStream(2, "thin-roc");
  const labels = Uint8Array.from({ length: numSamples }, (_, i) => i % 2);
  return sortedScores(
    Float32Array.from(labels, (label) => random.normal() + label),
    labels,
  );
}

const areaUnder = (curve: ReturnType<typeof thinRoc>) =>
  curve.slice(1).reduce((sum, point, i) => {
    const { falsePositiveRate, truePositiveRate } = curve[i] as (typeof curve)[number];
    const width = point.falsePositiveRate - falsePositiveRate;
    return sum + (width * (truePositiveRate + point.truePositiveRate)) / 2;
  }, 0);

it("leaves out what is on a line, and nothing of the area", () => {
  const scores = drawn(200);
  const curve = exactRocCurve([scores]);
  const thin = thinRoc(curve, 200);
  expect(thin.length).toBeLessThan(curve.length);
  expect(areaUnder(thin)).toBeCloseTo(exactAuroc([scores]), 9);
});

it("keeps both ends and nearly all of the area of a long curve", () => {
  const scores = drawn(20_000);
  const thin = thinRoc(exactRocCurve([scores]), 200);
  expect(thin).toHaveLength(200);
  expect(thin[0]).toEqual({ falsePositiveRate: 0, truePositiveRate: 0 });
  expect(thin.at(-1)).toEqual({ falsePositiveRate: 1, truePositiveRate: 1 });
  expect(areaUnder(thin)).toBeCloseTo(exactAuroc([scores]), 3);
});
