import { normalCdf, normalDensity, normalInterval } from "./normal-distribution.js";

/** One Poisson-sampled Gaussian round. */
export interface SampledGaussian {
  readonly samplingRate: number;
  readonly noiseMultiplier: number;
}

/** Whether the neighbouring population has one client fewer or one more; composition keeps to one of the two. */
export type Direction = "remove" | "add";

/** A privacy loss on the grid `(first + i) * interval` that is never better than the true one. */
export interface DiscreteLoss {
  readonly first: number;
  readonly masses: Float64Array;
  /** Probability that counts as an unbounded loss. */
  readonly infinite: number;
}

/** Points and logarithms of weights that stand for the loss of one round when its moments are wanted. */
export interface LossNodes {
  readonly losses: Float64Array;
  readonly logWeights: Float64Array;
}

const NODES = 96;

// In units of the noise, what is released is y, N(0, 1) without the client and N(1 / z, 1) with it. Removing compares
// the mixture with N(0, 1), adding the other way round; the loss of the one is minus the loss of the other.

/** ln(1 - q + q e^(y / z - 1 / (2 z^2))): how much likelier y is with the client than without. */
export function lossAt(y: number, { samplingRate: q, noiseMultiplier: z }: SampledGaussian): number {
  const v = y / z - 1 / (2 * z * z);
  if (q === 1) return v;
  if (v > 1) return v + Math.log(q + (1 - q) * Math.exp(-v));
  if (v < -1 && q > 0.5) return Math.log(1 - q + q * Math.exp(v));
  return Math.log1p(q * Math.expm1(v));
}

/** Nodes of the trapezoidal rule over `reach` standard deviations on each side of every component. */
export function lossNodes(round: SampledGaussian, direction: Direction, reach: number): LossNodes {
  const { samplingRate: q, noiseMultiplier: z } = round;
  const withoutClient = { centre: 0, share: direction === "add" ? 1 : 1 - q };
  const components = direction === "add" ? [withoutClient] : [withoutClient, { centre: 1 / z, share: q }];
  const losses = new Float64Array(components.length * NODES);
  const logWeights = new Float64Array(losses.length);
  const step = (2 * reach) / (NODES - 1);
  components.forEach(({ centre, share }, component) => {
    for (let j = 0; j < NODES; j += 1) {
      const offset = j * step - reach;
      const loss = lossAt(centre + offset, round);
      losses[component * NODES + j] = direction === "add" ? -loss : loss;
      logWeights[component * NODES + j] = Math.log(share * normalDensity(offset) * step);
    }
  });
  return { losses, logWeights };
}

/**
 * Spreads the loss of one round over the grid of the interval, so that the curve of delta against e^epsilon is exact on
 * the grid and above the true one between ("connect the dots", Doroshenko, Ghazi, Kamath, Kumar, Manurangsi 2022).
 * What lies beyond `reach` standard deviations counts as infinite at the upper end and is rounded up at the lower one.
 */
export function discretiseLoss(
  round: SampledGaussian,
  direction: Direction,
  { interval, reach }: { readonly interval: number; readonly reach: number },
): DiscreteLoss {
  return direction === "remove"
    ? discretiseRemoval(round, interval, reach)
    : discretiseAddition(round, interval, reach);
}

function discretiseRemoval(round: SampledGaussian, interval: number, reach: number): DiscreteLoss {
  const { samplingRate: q, noiseMultiplier: z } = round;
  const first = Math.floor(lossAt(-reach, round) / interval);
  const last = Math.ceil(lossAt(reach + 1 / z, round) / interval);
  const masses = new Float64Array(last - first + 1);
  let below = edgeAt(first * interval, round);
  masses[0] = (1 - q) * normalCdf(below.y) + q * normalCdf(below.y - 1 / z);
  for (let i = 1; i < masses.length; i += 1) {
    const above = edgeAt((first + i) * interval, round);
    const without = normalInterval(below.y, above.y);
    const withClient = normalInterval(below.y - 1 / z, above.y - 1 / z);
    const mass = (1 - q) * without + q * withClient;
    const up = (q * (withClient - without * below.odds)) / -Math.expm1(-interval);
    spread(masses, i, { mass, up });
    below = above;
  }
  return { first, masses, infinite: (1 - q) * normalCdf(-below.y) + q * normalCdf(1 / z - below.y) };
}

function discretiseAddition(round: SampledGaussian, interval: number, reach: number): DiscreteLoss {
  const { samplingRate: q, noiseMultiplier: z } = round;
  const first = Math.floor(-lossAt(reach, round) / interval);
  const last = Math.ceil(-lossAt(-reach, round) / interval);
  const masses = new Float64Array(last - first + 1);
  let below = edgeAt(-first * interval, round);
  masses[0] = normalCdf(-below.y);
  for (let i = 1; i < masses.length; i += 1) {
    const above = edgeAt(-(first + i) * interval, round);
    const without = normalInterval(above.y, below.y);
    const withClient = normalInterval(above.y - 1 / z, below.y - 1 / z);
    const growth = Math.exp((first + i - 1) * interval);
    const up = (growth * q * (without * below.odds - withClient)) / -Math.expm1(-interval);
    spread(masses, i, { mass: without, up });
    below = above;
  }
  return { first, masses, infinite: normalCdf(below.y) };
}

/** Gives `up` of the mass between grid points i - 1 and i to the upper one; all of it where numbers ran out of range. */
function spread(masses: Float64Array, i: number, { mass, up }: { mass: number; up: number }): void {
  const raised = Number.isFinite(up) ? Math.min(mass, Math.max(0, up)) : mass;
  masses[i] = (masses[i] as number) + raised;
  masses[i - 1] = (masses[i - 1] as number) + (mass - raised);
}

/** The y whose loss is `loss` (-Infinity below all losses) and the e^(y / z - 1 / (2 z^2)) that goes with it. */
function edgeAt(loss: number, { samplingRate: q, noiseMultiplier: z }: SampledGaussian) {
  const at = (v: number, odds: number) => ({ y: z * v + 1 / (2 * z), odds });
  if (q === 1) return at(loss, Math.exp(loss));
  if (loss > 30) {
    const v = loss - Math.log(q) + Math.log1p((q - 1) * Math.exp(-loss));
    return at(v, Math.exp(v));
  }
  const odds = loss < -1 && q > 0.5 ? (Math.exp(loss) - (1 - q)) / q : 1 + Math.expm1(loss) / q;
  if (odds <= 0) return { y: Number.NEGATIVE_INFINITY, odds };
  return at(odds > 0.5 && odds < 2 ? Math.log1p(Math.expm1(loss) / q) : Math.log(odds), odds);
}
