import type { TokenRepository, TokenRow } from "@fedloom/db";
import { type Grant, hashToken } from "@fedloom/relay";

/** How long a token that was right is taken for right, in ms. */
const KEEP_MS = 5_000;
const MAX_KNOWN = 10_000;
/** As `createToken` makes them; others are in no database. */
const TOKEN = /^fedloom_[A-Za-z0-9_-]{43}$/;

interface Known {
  grant: Grant;
  /** Monotonic time in ms. */
  at: number;
}

/** Looks tokens up by their hash; those that ask together for one token share a look. */
export class KnownTokens {
  readonly #tokens: Pick<TokenRepository, "findByHash">;
  readonly #clock: () => number;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Promise<Grant | undefined>>();

  constructor(tokens: Pick<TokenRepository, "findByHash">, clock: () => number) {
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /** What a token lets its bearer do. Rejects when the database does not answer. */
  async find(token: string): Promise<Grant | undefined> {
    if (!TOKEN.test(token)) return undefined;
    const hash = hashToken(token);
    const known = this.#known.get(hash);
    if (known && this.#clock() - known.at < KEEP_MS && !isOver(known.grant)) return known.grant;
    let asked = this.#asked.get(hash);
    if (!asked) {
      asked = this.#ask(hash).finally(() => this.#asked.delete(hash));
      this.#asked.set(hash, asked);
    }
    return asked;
  }

  /** By which tokens somebody was let in a moment ago. */
  tokenIds(): string[] {
    return [...this.#known.values()].flatMap(({ grant: { tokenId } }) => tokenId ?? []);
  }

  forget(gone: ReadonlySet<string>): void {
    for (const [hash, { grant }] of this.#known) {
      if (grant.tokenId !== undefined && gone.has(grant.tokenId)) this.#known.delete(hash);
    }
  }

  async #ask(hash: string): Promise<Grant | undefined> {
    const at = this.#clock();
    this.#dropOld(at);
    const row = await this.#tokens.findByHash(hash);
    this.#known.delete(hash);
    if (!row) return undefined;
    const grant = grantOf(row);
    if (this.#known.size < MAX_KNOWN) this.#known.set(hash, { grant, at });
    return grant;
  }

  #dropOld(now: number): void {
    // In order of the last look, so that the first that is young ends it.
    for (const [hash, { at }] of this.#known) {
      if (now - at < KEEP_MS) return;
      this.#known.delete(hash);
    }
  }
}

function isOver({ expiresAt }: Grant): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}

function grantOf({ role, tokenId, runId, project, expiresAt }: TokenRow): Grant {
  return {
    role,
    tokenId,
    ...(runId !== undefined && { runId }),
    ...(project !== undefined && { project }),
    ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }),
  };
}
