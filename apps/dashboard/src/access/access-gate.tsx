import type { ReactNode } from "react";
import { useSession } from "./session.js";
import { TokenPage } from "./token-page.js";

/** Shows what it holds unless the server asks for a token first; begins anew with each token. */
export function AccessGate({ children }: { children: ReactNode }) {
  return useSession().isAsked ? <TokenPage /> : children;
}
