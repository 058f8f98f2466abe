import { type ReactNode, useId } from "react";

/** A titled box. */
export function Panel(props: { title: string; action?: ReactNode; children: ReactNode; className?: string }) {
  const { title, action, children, className = "" } = props;
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={`min-w-0 rounded-lg border border-line bg-surface p-4 ${className}`}
    >
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
}
