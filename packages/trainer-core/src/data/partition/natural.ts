import type { NaturalOptions } from "./partition-options.js";
import { refuseOption } from "./require-option.js";

export function natural(labels: Uint8Array, { groups, numClients }: NaturalOptions): Uint32Array[] {
  if (groups?.length !== labels.length) {
    refuseOption("groups", `one for each of ${labels.length} samples`, groups?.length);
  }
  const members = new Map<string | number, number[]>();
  for (let index = 0; index < groups.length; index += 1) {
    const group = groups[index] as string | number;
    const own = members.get(group);
    if (own) own.push(index);
    else members.set(group, [index]);
  }
  const byGroup = naturalGroups(groups).map((group) => members.get(group) ?? []);
  if (numClients === undefined || numClients === byGroup.length) {
    return byGroup.map((indices) => Uint32Array.from(indices));
  }
  if (numClients > byGroup.length) {
    refuseOption("numClients", `an integer in [1, ${byGroup.length}], one group each at least`, numClients);
  }
  return putTogether(byGroup, numClients);
}

/** The groups that occur, in the order in which `natural` makes clients of them. */
export function naturalGroups(groups: NaturalOptions["groups"]): (string | number)[] {
  const found = new Set<string | number>();
  for (let index = 0; index < groups.length; index += 1) found.add(groups[index] as string | number);
  const names = [...found];
  if (names.every((name) => typeof name === "number" && !Number.isNaN(name))) {
    return names.sort((a, b) => (a as number) - (b as number));
  }
  const odd = names.find((name) => typeof name !== "string");
  if (odd !== undefined) refuseOption("groups", "all strings or all numbers", odd);
  // By code units: `localeCompare` differs from machine to machine.
  return names.sort((a, b) => (a < b ? -1 : 1));
}

/** The largest group first, each to the client that has fewest samples so far. */
function putTogether(byGroup: readonly number[][], numClients: number): Uint32Array[] {
  const parts = Array.from({ length: numClients }, (): number[][] => []);
  const sizes = new Array<number>(numClients).fill(0);
  const order = [...byGroup.keys()].sort(
    (a, b) => (byGroup[b] as number[]).length - (byGroup[a] as number[]).length || a - b,
  );
  for (const group of order) {
    const indices = byGroup[group] as number[];
    const client = sizes.indexOf(Math.min(...sizes));
    (parts[client] as number[][]).push(indices);
    sizes[client] = (sizes[client] as number) + indices.length;
  }
  return parts.map((pieces) => Uint32Array.from(pieces.flat()));
}
