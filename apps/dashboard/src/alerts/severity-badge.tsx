import type { AlertSeverity } from "@fedloom/protocol";

const LOOK: Record<AlertSeverity, { label: string; colour: string }> = {
  critical: { label: "Critical", colour: "text-bad" },
  warning: { label: "Warning", colour: "text-warn" },
  info: { label: "Info", colour: "text-muted" },
};

export function SeverityBadge({ severity }: { severity: AlertSeverity }) {
  const { label, colour } = LOOK[severity];
  return (
    <span
      className={`inline-flex shrink-0 items-center gap-1.5 rounded-full border border-current px-2 py-px font-medium text-xs whitespace-nowrap ${colour}`}
    >
      <span aria-hidden="true" className="size-1.5 rounded-full bg-current" />
      {label}
    </span>
  );
}
