import type { RandomStream } from "@fedloom/fl-strategy";
import { TrainerError } from "../../errors.js";
import type { PathologicalOptions } from "./partition-options.js";
import { refuseOption, requireCount } from "./require-option.js";
import { equalCut, indicesByClass, shuffledIndices } from "./sizes.js";

export function pathological(
  labels: Uint8Array,
  { numClients, classesPerClient }: PathologicalOptions,
  random: RandomStream,
): Uint32Array[] {
  requireCount("classesPerClient", classesPerClient);
  const classes = indicesByClass(labels);
  const fewest = Math.ceil(classes.length / numClients);
  if (classesPerClient > classes.length || classesPerClient < fewest) {
    refuseOption(
      "classesPerClient",
      `an integer in [${fewest}, ${classes.length}], so that ${numClients} clients hold all ${classes.length} classes`,
      classesPerClient,
    );
  }
  const holders = dealHolders({ numClients, classesPerClient, numClasses: classes.length }, random);
  const parts = Array.from({ length: numClients }, (): number[] => []);
  for (const [label, indices] of classes.entries()) {
    const ofClass = random.shuffle(indices);
    const clients = holders[label] as number[];
    for (const [i, client] of clients.entries()) {
      const from = equalCut(i, clients.length, ofClass.length);
      const until = equalCut(i + 1, clients.length, ofClass.length);
      for (let at = from; at < until; at += 1) (parts[client] as number[]).push(ofClass[at] as number);
    }
  }
  const empty = parts.findIndex((part) => part.length === 0);
  if (empty >= 0) {
    throw new TrainerError(
      "partition_failed",
      `partition: expected at least 1 sample for each of ${numClients} clients, got 0 for client ${empty + 1}; ` +
        `fewer clients or more classes for each (now ${classesPerClient}) would help`,
    );
  }
  return parts.map((part) => Uint32Array.from(part));
}

interface Holding {
  readonly numClients: number;
  readonly classesPerClient: number;
  readonly numClasses: number;
}

/** Who holds each class: every client takes those that fewest hold so far, ties in an order drawn for it. */
function dealHolders(
  { numClients, classesPerClient, numClasses }: Holding,
  random: RandomStream,
): number[][] {
  const holders = Array.from({ length: numClasses }, (): number[] => []);
  const numHolders = (label: number) => (holders[label] as number[]).length;
  for (let client = 0; client < numClients; client += 1) {
    const order = [...shuffledIndices(numClasses, random)].sort((a, b) => numHolders(a) - numHolders(b));
    for (const label of order.slice(0, classesPerClient)) (holders[label] as number[]).push(client);
  }
  return holders;
}
