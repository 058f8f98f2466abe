import type { ReactNode } from "react";

/** One figure that matters, with its name above and what explains it below. Goes into a `dl`. */
export function Stat(props: { title: string; note?: ReactNode; className?: string; children: ReactNode }) {
  const { title, note, className = "", children } = props;
  return (
    <div className={`min-w-0 rounded-lg border border-line bg-surface px-4 py-3 ${className}`}>
      <dt className="text-muted text-sm">{title}</dt>
      <dd>
        <span className="block truncate font-semibold text-xl tracking-tight sm:text-2xl">{children}</span>
        {note && <span className="block text-muted text-sm [overflow-wrap:anywhere]">{note}</span>}
      </dd>
    </div>
  );
}
