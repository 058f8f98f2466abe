import type { ReactNode } from "react";

/** Fields side by side where there is room. */
export function Fields({ children, columns = 2 }: { children: ReactNode; columns?: 2 | 3 }) {
  return (
    <div className={`grid gap-x-5 gap-y-4 ${columns === 3 ? "sm:grid-cols-3" : "sm:grid-cols-2"}`}>
      {children}
    </div>
  );
}

/** Where a problem is said that belongs to several fields together, by the path of what holds them. */
export function FieldsProblem({ name, problem }: { name: string; problem: string | undefined }) {
  return (
    <div data-field={name} tabIndex={-1} role="status" className={problem ? "" : "sr-only"}>
      {problem && <p className="font-medium text-bad text-sm [overflow-wrap:anywhere]">{problem}</p>}
    </div>
  );
}
