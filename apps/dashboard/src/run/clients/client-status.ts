import type { ClientStatus } from "../../live/run-view.js";

/** How a client's state in a round is named and marked; the sign tells it without the colour. */
export const clientStatus: Record<ClientStatus, { label: string; colour: string; sign: string }> = {
  selected: { label: "selected", colour: "text-muted", sign: "" },
  training: { label: "training", colour: "text-accent", sign: "" },
  unfinished: { label: "not finished", colour: "text-muted", sign: "–" },
  ok: { label: "done", colour: "text-good", sign: "" },
  failed: { label: "failed", colour: "text-bad", sign: "×" },
  rejected: { label: "rejected", colour: "text-odd", sign: "⊘" },
  timeout: { label: "too late", colour: "text-warn", sign: "!" },
};
