import { expect, it } from "vitest";
import type { RoundView } from "../../live/run-view.js";
import { privacyOutlook } from "./privacy-outlook.js";

const round = (number: number, epsilon?: number): RoundView => ({
  round: number,
  fit: {},
  evaluation: {},
  metrics: {},
  about: epsilon === undefined ? {} : { "privacy/epsilon": epsilon, "privacy/delta": 1e-5 },
  spread: new Map(),
});

it("goes on in a line from what the newest rounds cost", () => {
  const rounds = [5, 5.5, 6, 6.1, 6.2, 6.3, 6.4, 6.5].map((epsilon, index) => round(index + 1, epsilon));
  const outlook = privacyOutlook(rounds, 18);
  expect(outlook?.delta).toBe(1e-5);
  expect(outlook?.expected?.round).toBe(18);
  expect(outlook?.expected?.epsilon).toBeCloseTo(7.5);
});

it("expects nothing of a run that is over, of one round alone, or of a cost that nobody can tell", () => {
  expect(privacyOutlook([round(1, 1), round(2, 2)], 2)?.expected).toBeUndefined();
  expect(privacyOutlook([round(1, 1)], 9)?.expected).toBeUndefined();
  expect(privacyOutlook([round(1, 1), round(2, Number.NaN)], 9)?.expected).toBeUndefined();
});

it("is not there for runs that keep no account", () => {
  expect(privacyOutlook([round(1)], 5)).toBeUndefined();
});
