import { timelineLetters } from "@fedloom/protocol";
import type { ClientStatus } from "../../live/run-view.js";

/**
 * How a client stands in a round, as one small number, rising by how much it matters: where several rounds share a pixel
 * the highest is drawn.
 */
export const cellState = {
  /** Not read yet. */
  unknown: 0,
  /** The client had no part in the round. */
  absent: 1,
  ok: 2,
  selected: 3,
  training: 4,
  unfinished: 5,
  timeout: 6,
  rejected: 7,
  failed: 8,
} as const satisfies Record<ClientStatus | "unknown" | "absent", number>;

export type CellState = (typeof cellState)[keyof typeof cellState];

const statuses = new Map<number, ClientStatus>(
  (["ok", "selected", "training", "unfinished", "timeout", "rejected", "failed"] as const).map((status) => [
    cellState[status],
    status,
  ]),
);

/** The word for a state; undefined where the client did nothing or nothing is known. */
export function statusOf(state: number): ClientStatus | undefined {
  return statuses.get(state);
}

const byLetter = new Map<number, CellState>(
  Object.entries(timelineLetters).map(([status, letter]) => [
    letter.charCodeAt(0),
    cellState[status as keyof typeof timelineLetters],
  ]),
);

/** The state that a letter of the timeline's answer stands for, by its character code. */
export function stateOfLetter(code: number): CellState {
  return byLetter.get(code) ?? cellState.absent;
}
