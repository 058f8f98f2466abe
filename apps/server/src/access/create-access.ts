import type { RunRepository, TokenRepository } from "@fedloom/db";
import {
  type AccessCheck,
  createAccessCheck,
  FailureLimit,
  type Grant,
  isForEverything,
  type LimitedAuthenticate,
  maySee,
  type ProjectOf,
  type RelayOptions,
} from "@fedloom/relay";
import { KnownTokens } from "./known-tokens.js";
import { openRunSecret, type RunSecret } from "./run-secret.js";
import { createTrustedProxies } from "./trusted-proxies.js";

export interface AccessOptions {
  tokens: Pick<TokenRepository, "findByHash" | "listValid">;
  runs: Pick<RunRepository, "get">;
  /** Whether everybody must show a token; see `areTokensRequired`. */
  required: boolean;
  /** Addresses that are listened on, by which the server may be addressed as well. */
  hosts?: readonly (string | undefined)[] | undefined;
  /** Names under which the server may be addressed, besides those of this machine. */
  allowedHosts: readonly string[];
  /** Origins of pages elsewhere that may use it. */
  allowedOrigins: readonly string[];
  /** Where the secret is kept from which the runs' own tokens are made. */
  dataDirectory: string;
  /** Addresses and networks of proxies besides those on this machine. */
  trustedProxies: readonly string[];
  /** What one address may ask by HTTP, where tokens are required; 12,000. */
  maxRequestsPerMinute?: number | undefined;
  /** How often it is seen whether tokens still hold by which somebody is connected, in ms; 1,000. */
  sweepMs?: number | undefined;
  /** Monotonic time in ms, for tests. */
  clock?: (() => number) | undefined;
}

/** Where somebody is connected by tokens, such as a relay. */
export interface TokenHolder {
  tokenIds(): Iterable<string>;
  closeWhere(isOver: (grant: Grant) => boolean): unknown;
}

const SWEEP_MS = 1_000;
/** Far more than pages that are looked at ask. */
const MAX_REQUESTS = 12_000;
const MAX_PROJECTS = 10_000;
const WILDCARDS = ["0.0.0.0", "::"];

/** Who may do what here: knows tokens, and cuts whoever is connected by one that is revoked or over. */
export class Access implements AsyncDisposable {
  /** Whether everybody must show a token. */
  readonly required: boolean;
  /** Why a request's Host or Origin is refused. */
  readonly checkHeaders: AccessCheck;
  readonly allowedOrigins: readonly string[];
  readonly maxRequestsPerMinute: number;
  readonly isTrustedProxy: (address: string) => boolean;
  /** What a token lets its bearer do; wrong ones are limited by address. */
  readonly authenticate: LimitedAuthenticate;
  /** What a relay needs to let in the same people. */
  readonly relayOptions: RelayOptions;
  readonly #tokens: AccessOptions["tokens"];
  readonly #runs: AccessOptions["runs"];
  readonly #known: KnownTokens;
  readonly #secret: RunSecret;
  readonly #projects = new Map<string, string>();
  readonly #holders: TokenHolder[] = [];
  /** How to end what is being answered, by token. */
  readonly #answers = new Map<string, Set<() => void>>();
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<void> | undefined;

  constructor(options: AccessOptions) {
    const { tokens, runs, required, hosts = [], allowedOrigins, clock = () => performance.now() } = options;
    this.#tokens = tokens;
    this.#runs = runs;
    this.#known = new KnownTokens(tokens, clock);
    this.#secret = openRunSecret(options.dataDirectory);
    this.required = required;
    this.maxRequestsPerMinute = options.maxRequestsPerMinute ?? MAX_REQUESTS;
    this.allowedOrigins = allowedOrigins;
    const proxies = createTrustedProxies(options.trustedProxies);
    this.isTrustedProxy = proxies.isTrusted;
    const allowed = { allowedHosts: [...hosts.flatMap(nameOf), ...options.allowedHosts], allowedOrigins };
    this.checkHeaders = createAccessCheck(allowed);
    const failures = new FailureLimit({ clock });
    const find = async (token: string) => this.#secret.grantOf(token) ?? this.#known.find(token);
    this.authenticate = failures.guard(find);
    this.relayOptions = {
      ...allowed,
      failures,
      addressOf: proxies.addressOf,
      projectOf: this.projectOf,
      allowRemote: this.required,
      authenticate: this.required ? find : undefined,
    };
    this.#timer = setInterval(() => void this.sweep(), options.sweepMs ?? SWEEP_MS);
    this.#timer.unref();
  }

  /** Why the secret of the runs' own tokens is not kept; for the operator. */
  get problem(): string | undefined {
    return this.#secret.problem;
  }

  /** Whether whoever asks a public route may see what viewers see of everything. */
  mayRead({ grant }: { grant: Grant | undefined }): boolean {
    return grant !== undefined && maySee(grant) && isForEverything(grant);
  }

  /** The token by which a run's own process publishes; good for servers to come as well. */
  tokenForRun(runId: string): string {
    return this.#secret.tokenFor(runId);
  }

  /** Of which project a run is; undefined for one that is not known. */
  readonly projectOf: ProjectOf = async (runId) => {
    const known = this.#projects.get(runId);
    if (known !== undefined) return known;
    const project = (await this.#runs.get(runId))?.project;
    if (this.#projects.size >= MAX_PROJECTS) this.#projects.clear();
    if (project !== undefined) this.#projects.set(runId, project);
    return project;
  };

  /** Has those cut who are connected elsewhere by a token that no longer holds. */
  watch(holder: TokenHolder): void {
    this.#holders.push(holder);
  }

  /** Calls `cut` once the grant's token no longer holds; returns how to prevent that. */
  hold({ tokenId }: Grant, cut: () => void): () => void {
    if (tokenId === undefined) return () => {};
    const answers = this.#answers.get(tokenId) ?? new Set();
    this.#answers.set(tokenId, answers.add(cut));
    return () => {
      answers.delete(cut);
      if (answers.size === 0) this.#answers.delete(tokenId);
    };
  }

  /** Cuts everybody whose token no longer holds; does nothing while the database is away. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep()
      .catch(() => {})
      .finally(() => {
        this.#sweeping = undefined;
      });
    return this.#sweeping;
  }

  /** Cuts everybody who is connected by one of these tokens, and lets nobody in by them. */
  cut(gone: ReadonlySet<string>): void {
    this.#known.forget(gone);
    for (const holder of this.#holders) {
      holder.closeWhere(({ tokenId }) => tokenId !== undefined && gone.has(tokenId));
    }
    for (const tokenId of gone) for (const end of [...(this.#answers.get(tokenId) ?? [])]) end();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #sweep(): Promise<void> {
    const held = new Set([...this.#known.tokenIds(), ...this.#answers.keys()]);
    for (const holder of this.#holders) for (const tokenId of holder.tokenIds()) held.add(tokenId);
    if (held.size === 0) return;
    const valid = new Set(await this.#tokens.listValid([...held]));
    const gone = new Set([...held].filter((tokenId) => !valid.has(tokenId)));
    if (gone.size > 0) this.cut(gone);
  }
}

/**
 * Opens what knows who may do what; closed before the database is.
 * @throws ServerError `option_invalid`.
 */
export function createAccess(options: AccessOptions): Access {
  return new Access(options);
}

/** As the Host header says it; an address that means all of them is no name. */
function nameOf(host: string | undefined): string[] {
  if (host === undefined || WILDCARDS.includes(host)) return [];
  return [host.includes(":") ? `[${host}]` : host];
}
