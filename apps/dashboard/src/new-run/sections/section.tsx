import type { ReactNode } from "react";

/** Fields that belong together, closed until they are wanted; closed, it says how they stand. */
export function Section(props: {
  title: string;
  summary: ReactNode;
  children: ReactNode;
  onOpen?: () => void;
}) {
  const { title, summary, children, onOpen } = props;
  return (
    <details
      onToggle={({ currentTarget }) => currentTarget.open && onOpen?.()}
      className="group rounded-lg border border-line bg-surface"
    >
      <summary className="flex items-baseline gap-3 rounded-lg px-4 py-3 marker:content-none hover:bg-raised [&::-webkit-details-marker]:hidden">
        <span
          aria-hidden="true"
          className="text-muted text-xs group-open:rotate-90 motion-safe:transition-transform"
        >
          ▶
        </span>
        <h2 className="shrink-0 font-semibold">{title}</h2>
        <span className="ml-auto min-w-0 truncate text-right text-muted text-sm group-open:invisible">
          {summary}
        </span>
      </summary>
      <div className="space-y-4 px-4 pt-1 pb-5">{children}</div>
    </details>
  );
}
