import type { FedloomEvent } from "@fedloom/protocol";
import { printable } from "./printable.js";

/** An event in one line for a human: time, run, type and what matters in it. */
export function describeEvent({ type, timestamp, data }: FedloomEvent): string {
  const { runId, ...fields } = data as Record<string, unknown>;
  const run = typeof runId === "string" ? runId.slice(-6) : "      ";
  const parts = Object.entries(fields).flatMap(([name, value]) => describeField(name, value));
  return `${timestamp.slice(11, 23)} ${run} ${type.padEnd(16)} ${parts.join(" ")}`.trimEnd();
}

function describeField(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === "number")
    return [`${name}=${Number.isInteger(value) ? value : Number(value.toPrecision(5))}`];
  if (Array.isArray(value)) return [`${name}=[${value.length}]`];
  if (typeof value !== "object") return [`${name}=${printable(String(value))}`];
  return Object.entries(value).flatMap(([key, inner]) => describeField(printable(key), inner));
}
