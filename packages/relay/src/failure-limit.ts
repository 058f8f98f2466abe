import { networkOf } from "./network-of.js";
import { type Authenticate, type Grant, hashToken } from "./tokens.js";

export interface FailureLimitOptions {
  /** Wrong tokens that one address may show at once, and within a minute; 30. */
  maxPerMinute?: number | undefined;
  /** Monotonic time in ms, for tests. */
  clock?: (() => number) | undefined;
}

/** Somebody showed too many wrong tokens, and is not listened to for a while. */
export class TooManyFailures extends Error {
  override readonly name = "TooManyFailures";
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`too many wrong tokens from this address; expected none for ${Math.ceil(retryAfterMs / 1_000)} s`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Says what the bearer of a token may do. Rejects with {@link TooManyFailures} without a look at the token. */
export type LimitedAuthenticate = (token: string, address: string) => Promise<Grant | undefined>;

const MAX_ADDRESSES = 10_000;
const MAX_GOOD = 10_000;

interface Budget {
  left: number;
  at: number;
}

/**
 * Limits wrong tokens by address; an IPv6 network of 64 bits counts as one. Tokens that were right before are always
 * looked at, so that a stranger behind the same proxy locks nobody out.
 */
export class FailureLimit {
  readonly #maxPerMinute: number;
  readonly #clock: () => number;
  readonly #budgets = new Map<string, Budget>();
  /** Hashes of tokens that were right when last looked at. */
  readonly #good = new Set<string>();

  constructor({ maxPerMinute = 30, clock = () => performance.now() }: FailureLimitOptions = {}) {
    this.#maxPerMinute = maxPerMinute;
    this.#clock = clock;
  }

  /** The same check, limited. */
  guard(authenticate: Authenticate): LimitedAuthenticate {
    return async (token, address) => {
      const hash = hashToken(token);
      const budget = this.#budgetOf(networkOf(address));
      if (budget.left < 1 && !this.#good.has(hash)) {
        throw new TooManyFailures(((1 - budget.left) * 60_000) / this.#maxPerMinute);
      }
      // Taken at once, or many could be tried while the first is looked up.
      budget.left--;
      const grant = await authenticate(token).catch((error: unknown) => {
        budget.left++;
        throw error;
      });
      if (!grant) this.#good.delete(hash);
      else {
        budget.left++;
        this.#remember(hash);
      }
      return grant;
    };
  }

  #budgetOf(network: string): Budget {
    const now = this.#clock();
    const known = this.#budgets.get(network);
    const budget = known ?? { left: this.#maxPerMinute, at: now };
    const gained = ((now - budget.at) * this.#maxPerMinute) / 60_000;
    budget.left = Math.min(this.#maxPerMinute, budget.left + gained);
    budget.at = now;
    // In order of use, so that the first is the one to let go.
    this.#budgets.delete(network);
    this.#budgets.set(network, budget);
    dropOldest(this.#budgets, MAX_ADDRESSES);
    return budget;
  }

  #remember(hash: string): void {
    this.#good.delete(hash);
    this.#good.add(hash);
    dropOldest(this.#good, MAX_GOOD);
  }
}

function dropOldest(
  kept: { size: number; keys(): Iterator<string>; delete(key: string): unknown },
  most: number,
): void {
  if (kept.size <= most) return;
  const { value } = kept.keys().next();
  if (value !== undefined) kept.delete(value);
}
