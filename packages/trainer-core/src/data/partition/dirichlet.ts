import type { RandomStream } from "@fedloom/fl-strategy";
import type { DirichletOptions } from "./partition-options.js";
import { redraw } from "./redraw.js";
import { refuseOption, requirePositive } from "./require-option.js";
import { cutsOf, indicesByClass, sharesOf } from "./sizes.js";

export function dirichlet(
  labels: Uint8Array,
  options: DirichletOptions,
  random: RandomStream,
): Uint32Array[] {
  const { alpha, numClients, balance = false } = options;
  requirePositive("alpha", alpha);
  if (typeof balance !== "boolean") refuseOption("balance", "true or false", balance);
  const classes = indicesByClass(labels);
  const advice = `a larger alpha (now ${alpha}) or fewer clients`;
  const fair = balance ? labels.length / numClients : Number.POSITIVE_INFINITY;
  const draw = () => dealClasses({ classes, numClients, alpha, fair }, random);
  return redraw(draw, { ...options, advice }).map((part) => random.shuffle(part));
}

interface Deal {
  readonly classes: readonly Uint32Array[];
  readonly numClients: number;
  readonly alpha: number;
  /** A client with so many samples gets no more. */
  readonly fair: number;
}

function dealClasses({ classes, numClients, alpha, fair }: Deal, random: RandomStream): Uint32Array[] {
  const parts = Array.from({ length: numClients }, (): number[] => []);
  for (const indices of classes) {
    const ofClass = random.shuffle(indices.slice());
    const logs = parts.map(() => random.logGamma(alpha));
    const open = logs.map((log, client) =>
      (parts[client] as number[]).length < fair ? log : Number.NEGATIVE_INFINITY,
    );
    const cuts = cutsOf(sharesOf(open), ofClass.length);
    for (const [client, part] of parts.entries()) {
      for (let i = cuts[client] as number; i < (cuts[client + 1] as number); i += 1) {
        part.push(ofClass[i] as number);
      }
    }
  }
  return parts.map((part) => Uint32Array.from(part));
}
