/**
 * A sum of float32 vectors, each times a factor, that does not depend on the order of its addends.
 *
 * An addend is rounded once, to integers of at most 50 bits counted in a quantum that its own largest element chooses;
 * these are added as 64-bit integers, exactly. Addends of different magnitude (bands of a factor 2^8) have sums of their
 * own, which are added at the end, the largest first. An element is off by at most 2^-43 of the largest one of its
 * addend for up to 4,096 addends, by one bit more for each doubling beyond.
 */
export interface ExactSum {
  readonly size: number;
  /** Addends so far. */
  readonly count: number;
  /**
   * Adds `factor * values`, or `factor * (values - origin)` with `fromOrigin`. Returns false, without any trace in the
   * sum, if an element is not finite.
   */
  add(values: Float32Array, factor: number, fromOrigin?: boolean): boolean;
  /** Writes the sum so far into `out`, by default new memory, and returns it. */
  total(out?: Float64Array): Float64Array;
  /** All that was added, as plain data: what one part of the clients adds up to. */
  snapshot(): ExactSumSnapshot;
  /** Adds what another sum of the same size and `maxAddends` has added. */
  merge(snapshot: ExactSumSnapshot): void;
  /** Gives the memory back; the sum is of no use afterwards. */
  release(): void;
}

export interface ExactSumOptions {
  readonly size: number;
  /** Most addends that there can be; bounds the bits of each. */
  readonly maxAddends: number;
  /** What `fromOrigin` subtracts; not to be written to until the sum is released. */
  readonly origin?: Float32Array;
}

/** The exact sums by band: `totals` are in units of 2^(8 band - bits). */
export interface ExactSumSnapshot {
  readonly count: number;
  readonly bits: number;
  readonly bands: readonly { readonly band: number; readonly totals: BigInt64Array }[];
}

/** A vector on its way into a band. */
export interface Addend {
  /** To be called anew after memory was allocated. */
  readonly values: () => Float32Array;
  readonly fromOrigin: boolean;
  /** The factor, divided by the band's quantum. */
  readonly scale: number;
  /** The largest magnitude that the band can take, as float32 bits. */
  readonly maxBits: number;
}

/** Integer sums of one band. */
export interface Band {
  /** Returns the largest magnitude of the addend, as float32 bits; adds nothing if that is above `maxBits`. */
  add(addend: Addend): number;
  /** Takes back what `add` has added. */
  remove(addend: Addend): void;
  /** Adds to `out`, or overwrites it if this band is the first. */
  addTotalsTo(out: Float64Array, options: { quantum: number; isFirst: boolean }): void;
  snapshot(): BigInt64Array;
  merge(totals: BigInt64Array): void;
  release(): void;
}

/** What one kind of kernels lends to an exact sum. */
export interface Bands {
  create(): Band;
  /** A way to the values that outlasts the growth of the memory that they may lie in. */
  hold(values: Float32Array): () => Float32Array;
  maxAbsBits(values: () => Float32Array, fromOrigin: boolean): number;
  release(): void;
}

/** Binary orders of magnitude that share a band. */
const BAND_WIDTH = 8;
/** Everything below 2^-32 shares the lowest band, so that no client can open bands without end. */
const LOWEST_BAND = -4;
const INFINITY_BITS = 0x7f800000;

/** Creates a sum over the bands of one kind of kernels. */
export function createExactSum({ size, maxAddends }: ExactSumOptions, lent: Bands): ExactSum {
  // 63 bits hold the sum of all addends; 50 are the most that one may have.
  const bits = Math.min(50, 62 - Math.ceil(Math.log2(Math.max(2, maxAddends))));
  const bands = new Map<number, Band>();
  let count = 0;
  let lastBand: number | undefined;

  function open(band: number): Band {
    const known = bands.get(band);
    if (known) return known;
    const opened = lent.create();
    bands.set(band, opened);
    return opened;
  }

  function requireRoom(addends: number): void {
    if (count + addends > maxAddends) {
      throw new RangeError(`addends: expected at most ${maxAddends}, got ${count + addends}`);
    }
  }

  return {
    size,
    get count() {
      return count;
    },
    add(values, factor, fromOrigin = false) {
      if (values.length !== size)
        throw new RangeError(`values: expected ${size} elements, got ${values.length}`);
      if (!Number.isFinite(factor)) throw new RangeError(`factor: expected a finite number, got ${factor}`);
      requireRoom(1);
      // The band of the last addend is nearly always that of the next: one pass instead of two.
      const held = lent.hold(values);
      let band = lastBand ?? bandOf(lent.maxAbsBits(held, fromOrigin), factor);
      while (typeof band === "number") {
        const maxBits = largestBits(band, factor);
        const addend = { values: held, fromOrigin, scale: factor / quantum(band, bits), maxBits };
        const found = open(band).add(addend);
        const right = bandOf(found, factor);
        if (right === band || right === "any") break;
        if (found <= maxBits) open(band).remove(addend);
        band = right;
      }
      if (band === "not finite") return false;
      if (band !== "any") lastBand = band;
      count += 1;
      return true;
    },
    total(out = new Float64Array(size)) {
      if (out.length !== size) throw new RangeError(`out: expected ${size} elements, got ${out.length}`);
      if (bands.size === 0) out.fill(0);
      for (const [i, [band, sums]] of ordered(bands).entries()) {
        sums.addTotalsTo(out, { quantum: quantum(band, bits), isFirst: i === 0 });
      }
      return out;
    },
    snapshot: () => ({
      count,
      bits,
      bands: ordered(bands).map(([band, sums]) => ({ band, totals: sums.snapshot() })),
    }),
    merge(snapshot) {
      requireRoom(snapshot.count);
      if (snapshot.bits !== bits) throw new RangeError(`bits: expected ${bits}, got ${snapshot.bits}`);
      for (const { band, totals } of snapshot.bands) {
        if (totals.length !== size) {
          throw new RangeError(`totals: expected ${size} elements, got ${totals.length}`);
        }
        open(band).merge(totals);
      }
      count += snapshot.count;
    },
    release() {
      for (const band of bands.values()) band.release();
      bands.clear();
      lent.release();
    },
  };
}

function quantum(band: number, bits: number): number {
  return 2 ** (BAND_WIDTH * band - bits);
}

function ordered(bands: ReadonlyMap<number, Band>): [number, Band][] {
  return [...bands].sort(([a], [b]) => b - a);
}

const word = new DataView(new ArrayBuffer(8));

/** The band whose range holds `factor` times a magnitude; "any" for 0. */
function bandOf(magnitudeBits: number, factor: number): number | "not finite" | "any" {
  if (magnitudeBits >= INFINITY_BITS) return "not finite";
  word.setInt32(0, magnitudeBits);
  const bound = word.getFloat32(0) * Math.abs(factor);
  if (bound === 0) return "any";
  if (bound === Number.POSITIVE_INFINITY) return "not finite";
  word.setFloat64(0, bound);
  const exponent = ((word.getUint32(0) >>> 20) & 0x7ff) - 1022; // bound < 2^exponent
  return Math.max(LOWEST_BAND, Math.ceil(exponent / BAND_WIDTH));
}

/** Bits of a float32 that is just too large for the band, times `factor`; a little too many rather than too few. */
function largestBits(band: number, factor: number): number {
  word.setFloat32(0, 2 ** (BAND_WIDTH * band) / Math.abs(factor));
  return Math.min(word.getInt32(0) + 1, INFINITY_BITS - 1);
}
