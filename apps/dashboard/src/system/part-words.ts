import type { PartHealth } from "@fedloom/protocol";
import { formatBytes, formatCount, formatMilliseconds } from "../ui/format.js";

interface PartWords {
  title: string;
  /** What it is for. */
  about: string;
  /** What helps where it is not as it should be. */
  advice: string;
}

const WORDS: Readonly<Record<string, PartWords>> = {
  database: {
    title: "Database",
    about: "keeps runs, events and alerts",
    advice:
      "See that PostgreSQL runs and that the server reaches it. Training goes on meanwhile; what is missing is stored when it is back.",
  },
  relay: {
    title: "Relay",
    about: "brings events to those who watch, on a port of its own",
    advice:
      "Free the port, or start the server with --relay-port for another. This page is not concerned: it comes over the server's own port.",
  },
  events: {
    title: "Storage of events",
    about: "what the relay has taken and the database gets",
    advice:
      "Events wait in memory, then in a file, and are stored once the database takes them. Events that are missing are still in the progress files: fedloom sync brings them.",
  },
  runs: {
    title: "Runs",
    about: "in training on this machine",
    advice: "See the runs for why they wait.",
  },
  event_loop: {
    title: "Response",
    about: "how long the server's main thread was held up",
    advice: "The machine is short of CPU: train fewer runs at once (--max-runs), or elsewhere.",
  },
  disk: {
    title: "Disk of the server",
    about: "where its data are",
    advice:
      "Remove what is not needed: fedloom runs prune, or keep fewer runs with --keep-days. Below --min-free-mb no run is taken.",
  },
  alerts: {
    title: "Alerts",
    about: "rules that look at runs and machines",
    advice: "Alerts are told at once and stored later. Look at the rules if one finds too much.",
  },
  system: {
    title: "Machines",
    about: "how many say how they are",
    advice: "Forget machines that are gone, or let fewer tell how they are.",
  },
};

const FIGURES: Readonly<Record<string, string>> = {
  latency_ms: "answers within",
  delay_p99_ms: "mostly up to",
  delay_max_ms: "at most",
  free_bytes: "free",
  total_bytes: "in all",
  spilled: "in a file meanwhile",
  stored: "stored since the start",
  missed: "missing",
  hosts: "heard",
};

/** What a part of the server is called and for; one that this page does not know has its own name. */
export function wordsOf(part: string): PartWords {
  return WORDS[part] ?? { title: part.replaceAll("_", " "), about: "", advice: "" };
}

/** A part's figures in words, such as `waiting 3`. */
export function figuresOf({ figures = {} }: PartHealth): string[] {
  return Object.entries(figures).map(([name, value]) => {
    const label = FIGURES[name] ?? name.replaceAll("_", " ");
    if (name.endsWith("_ms")) return `${label} ${formatMs(value)}`;
    if (name.endsWith("_bytes")) return `${formatBytes(value)} ${label}`;
    return `${formatCount(value)} ${label}`;
  });
}

/** Short times are told in ms, since a share of a second says little. */
function formatMs(ms: number): string {
  return ms < 1_000 ? `${formatCount(Math.round(ms))} ms` : formatMilliseconds(ms);
}
