import { covers, type Grant, maySee, maySend } from "./tokens.js";

/** Which project a run is of; undefined for a run that is not known. */
export type ProjectOf = (runId: string) => Promise<string | undefined>;

/** Most runs that one connection is known to have something to do with. */
const MAX_RUNS = 256;

/** What one connection may do: what its token says, and what is known of the project that it is for. */
export class Permission {
  readonly grant: Grant;
  readonly #projectOf: ProjectOf | undefined;
  /** Runs that are known to be of the token's project. */
  readonly #runs = new Set<string>();

  constructor(grant: Grant, projectOf: ProjectOf | undefined) {
    this.grant = grant;
    this.#projectOf = projectOf;
  }

  mayView(runId: string | undefined): boolean {
    return maySee(this.grant) && this.#covers(runId);
  }

  mayPublish(runId: string | undefined): boolean {
    return maySend(this.grant) && this.#covers(runId);
  }

  /** Finds out whether a run is of the token's project; undefined when there is nothing to find out. */
  learn(runId: string | undefined): Promise<void> | undefined {
    const { project } = this.grant;
    if (project === undefined || runId === undefined || this.#runs.has(runId) || !this.#projectOf) {
      return undefined;
    }
    return this.#projectOf(runId).then((found) => {
      if (found !== project) return;
      if (this.#runs.size >= MAX_RUNS) this.#runs.clear();
      this.#runs.add(runId);
    });
  }

  #covers(runId: string | undefined): boolean {
    if (!covers(this.grant, runId)) return false;
    return this.grant.project === undefined || (runId !== undefined && this.#runs.has(runId));
  }
}

/** The longest time that a timer takes, in ms. */
const MAX_TIMER_MS = 2_147_483_647;

/** Calls `act` when a token stops to work; returns how to prevent that. */
export function onceExpired({ expiresAt }: Grant, now: () => Date, act: () => void): () => void {
  if (expiresAt === undefined) return () => {};
  let timer: NodeJS.Timeout;
  const wait = () => {
    const leftMs = expiresAt - now().getTime();
    timer = leftMs <= 0 ? setTimeout(act, 0) : setTimeout(wait, Math.min(leftMs, MAX_TIMER_MS));
    timer.unref();
  };
  wait();
  return () => clearTimeout(timer);
}
