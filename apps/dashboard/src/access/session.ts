import { useSyncExternalStore } from "react";

/** How this page stands with a server that may ask for a token. */
export interface Session {
  /** What is shown with each request. */
  readonly token: string | undefined;
  /** Whether the server asks for a token before it says anything. */
  readonly isAsked: boolean;
  /** Why it asks, where that is not plain. */
  readonly problem: string | undefined;
}

/** Kept until the tab is closed, by this tab alone. */
const STORAGE_KEY = "fedloom.token";
const listeners = new Set<() => void>();
let session: Session = { token: readStored(), isAsked: false, problem: undefined };

export function currentToken(): string | undefined {
  return session.token;
}

/** Shows a token from now on. */
export function signIn(token: string): void {
  change({ token, isAsked: false, problem: undefined });
}

/** Forgets the token. */
export function signOut(): void {
  change({ token: undefined, isAsked: true, problem: undefined });
}

/** Notes that a request was refused for want of a token, or because of the one that it showed. */
export function noteRefusal(shown: string | undefined): void {
  // One that was sent before another token was entered says nothing of that.
  if (shown !== session.token) return;
  const problem = shown === undefined ? undefined : "The token is no longer valid.";
  change({ token: undefined, isAsked: true, problem });
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, currentSession);
}

/** The state of the moment. */
export function currentSession(): Session {
  return session;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: Session): void {
  if (next.token === session.token && next.isAsked === session.isAsked && next.problem === session.problem) {
    return;
  }
  session = next;
  try {
    if (next.token === undefined) sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, next.token);
  } catch {
    // Storage is switched off: the token holds until the page is left.
  }
  for (const listener of listeners) listener();
}

function readStored(): string | undefined {
  try {
    return sessionStorage.getItem(STORAGE_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
