import type { RunState } from "@fedloom/protocol";

const LOOK: Record<RunState, { label: string; colour: string }> = {
  queued: { label: "Queued", colour: "text-muted" },
  running: { label: "Running", colour: "text-accent" },
  silent: { label: "Silent", colour: "text-warn" },
  paused: { label: "Paused", colour: "text-muted" },
  completed: { label: "Completed", colour: "text-good" },
  stopped: { label: "Stopped", colour: "text-warn" },
  failed: { label: "Failed", colour: "text-bad" },
  lost: { label: "Lost contact", colour: "text-odd" },
};

/** A state as people say it. */
export function stateLabel(state: RunState): string {
  return LOOK[state].label;
}

export function StateBadge({ state, testId }: { state: RunState; testId?: string }) {
  const { label, colour } = LOOK[state];
  return (
    <span
      data-testid={testId}
      className={`inline-flex items-center gap-1.5 rounded-full border border-current px-2 py-px font-medium text-xs whitespace-nowrap ${colour}`}
    >
      <span
        aria-hidden="true"
        className={`size-1.5 rounded-full bg-current ${state === "running" ? "breathe" : ""}`}
      />
      {label}
    </span>
  );
}
