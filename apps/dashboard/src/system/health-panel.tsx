import type { PartHealth } from "@fedloom/protocol";
import { getHealth } from "../api/health.js";
import { usePolling } from "../api/use-polling.js";
import { Notice } from "../ui/notice.js";
import { Panel } from "../ui/panel.js";
import { figuresOf, wordsOf } from "./part-words.js";

const POLL_MS = 10_000;
const LOOK: Record<PartHealth["status"], { label: string; colour: string }> = {
  ok: { label: "Well", colour: "text-good" },
  degraded: { label: "Degraded", colour: "text-warn" },
  down: { label: "Down", colour: "text-bad" },
  off: { label: "Off", colour: "text-muted" },
};

/** How each part of the server is, and what helps where one is not well. */
export function HealthPanel() {
  const { value, error } = usePolling(getHealth, POLL_MS);
  const parts = Object.entries(value?.parts ?? {});
  return (
    <Panel title="This server" className="mt-8">
      {error && (
        <Notice tone="warn" title={value ? "Not up to date" : "The server's state could not be read"}>
          Trying again: {error.message}.
        </Notice>
      )}
      {!value && !error && <p className="text-muted text-sm">Asking…</p>}
      <ul className="-my-2 divide-y divide-line">
        {parts.map(([name, part]) => (
          <Part key={name} name={name} part={part} />
        ))}
      </ul>
    </Panel>
  );
}

function Part({ name, part }: { name: string; part: PartHealth }) {
  const { title, about, advice } = wordsOf(name);
  const { label, colour } = LOOK[part.status];
  const isWell = part.status === "ok" || part.status === "off";
  return (
    <li className="grid gap-x-4 gap-y-0.5 py-2 text-sm sm:grid-cols-[minmax(0,14rem)_6rem_minmax(0,1fr)]">
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        <p className="text-muted text-xs">{about}</p>
      </div>
      <p className={`flex items-center gap-1.5 self-start font-medium ${colour}`}>
        <span aria-hidden="true" className="size-1.5 rounded-full bg-current" />
        {label}
      </p>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        {part.detail && (
          <p>
            <bdi>{part.detail}</bdi>
          </p>
        )}
        <p className="text-muted">{figuresOf(part).join(" · ")}</p>
        {!isWell && advice && <p className="mt-1 text-ink">{advice}</p>}
      </div>
    </li>
  );
}
