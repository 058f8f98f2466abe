import type { ApiError } from "../api/errors.js";
import { refusalOf } from "../api/refusal.js";

/** Why the server did not do what was asked; nothing where it did. */
export function Refused({ refusal, className = "" }: { refusal: ApiError | undefined; className?: string }) {
  if (!refusal) return null;
  return (
    <p role="alert" className={`text-bad text-sm [overflow-wrap:anywhere] ${className}`}>
      {refusalOf(refusal)}
    </p>
  );
}
