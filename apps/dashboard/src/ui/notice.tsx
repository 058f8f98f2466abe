import type { ReactNode } from "react";

const TONE = {
  bad: "border-bad text-bad",
  warn: "border-warn text-warn",
  info: "border-line text-muted",
};

/** A message that must be seen; `bad` ones are read out at once. */
export function Notice({
  tone,
  title,
  children,
}: {
  tone: keyof typeof TONE;
  title: string;
  children?: ReactNode;
}) {
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={`rounded-lg border border-l-4 bg-surface px-4 py-3 ${TONE[tone]}`}
    >
      <p className="font-semibold">{title}</p>
      {children && <div className="mt-0.5 text-ink text-sm [overflow-wrap:anywhere]">{children}</div>}
    </div>
  );
}
