import type { PartitionStatistics } from "./describe-partition.js";
import { largestRemainder } from "./sizes.js";

export interface DrawPartitionOptions {
  /** By label. */
  readonly classNames: readonly string[];
  /** Characters in a line at most; default 80. */
  readonly width?: number;
  /** Clients with a line of their own; the rest is summed up in one. Default 30. */
  readonly maxClients?: number;
  /** Colours the bars, for terminals; classes have letters in any case. Default false. */
  readonly colour?: boolean;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Background colours of the 256-colour palette on which black letters can be read. */
const COLOURS = [117, 215, 114, 210, 183, 180, 218, 250, 185, 80];
// biome-ignore lint/suspicious/noControlCharactersInRegex: replacing them is the purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A partition as lines of text: a bar for each client, as long as it has samples, in pieces for its classes; then the
 * classes and the figures of the whole. Clients are counted from 1.
 */
export function drawPartition(statistics: PartitionStatistics, options: DrawPartitionOptions): string[] {
  const { classNames, width = 80, maxClients = 30, colour = false } = options;
  const { clients, sizes } = statistics;
  const shown = clients.slice(0, maxClients);
  const indent = String(shown.length).length;
  const digits = String(sizes.largest).length;
  const room = Math.max(8, width - indent - digits - 4);
  const lines = shown.map(({ numSamples, classCounts }, client) => {
    const length = sizes.largest === 0 ? 0 : Math.round((numSamples / sizes.largest) * room);
    const cells =
      numSamples === 0
        ? []
        : largestRemainder(
            classCounts.map((n) => n / numSamples),
            length,
          );
    const bar = cells.map((count, label) => paint(markOf(label).repeat(count), label, colour)).join("");
    return `${String(client + 1).padStart(indent)}  ${String(numSamples).padStart(digits)}  ${bar}`;
  });
  return [
    ...lines,
    ...summaryOfRest(statistics, shown.length),
    "",
    ...legend(statistics, { classNames, width, colour }),
    "",
    ...figuresOf(statistics, width),
  ];
}

/** The figures, in lines no longer than `width`. */
function figuresOf(statistics: PartitionStatistics, width: number): string[] {
  const { clients, numSamples, sizes, giniOfSizes, totalVariation, hellinger, effectiveClasses } = statistics;
  const two = (value: number) => value.toFixed(2);
  const words = [
    `${numSamples} samples over ${clients.length} clients of ${sizes.smallest} to ${sizes.largest},`,
    `median ${sizes.median}, Gini ${two(giniOfSizes)};`,
    `classes of a client beside the whole's: total variation ${two(totalVariation)},`,
    `Hellinger ${two(hellinger)}, effective number ${two(effectiveClasses)}`,
  ].flatMap((text) => text.split(" "));
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

function summaryOfRest({ clients }: PartitionStatistics, numShown: number): string[] {
  const rest = clients.slice(numShown).map(({ numSamples }) => numSamples);
  if (rest.length === 0) return [];
  const [least, most] = [rest.reduce((a, b) => Math.min(a, b)), rest.reduce((a, b) => Math.max(a, b))];
  return [`and ${rest.length} more clients with ${least === most ? least : `${least} to ${most}`} samples`];
}

interface LegendOptions {
  readonly classNames: readonly string[];
  readonly width: number;
  readonly colour: boolean;
}

function legend({ classCounts, numSamples }: PartitionStatistics, options: LegendOptions): string[] {
  const { classNames, width, colour } = options;
  const lines: string[] = [];
  let [line, length] = ["", 0];
  for (const [label, count] of classCounts.slice(0, LETTERS.length).entries()) {
    const name = [...printableName(classNames[label] ?? `class ${label}`)].slice(0, 24).join("");
    const share = numSamples === 0 ? 0 : Math.round((count / numSamples) * 100);
    const text = ` ${name} ${share} %`;
    if (length > 0 && length + 3 + text.length > width) {
      lines.push(line);
      [line, length] = ["", 0];
    }
    line += `${length > 0 ? "  " : ""}${paint(markOf(label), label, colour)}${text}`;
    length += (length > 0 ? 3 : 1) + text.length;
  }
  const numUnnamed = classCounts.length - LETTERS.length;
  return [...lines, line, ...(numUnnamed > 0 ? [`# ${numUnnamed} more classes`] : [])];
}

function markOf(label: number): string {
  return LETTERS[label] ?? "#";
}

function paint(text: string, label: number, colour: boolean): string {
  if (!colour || text === "") return text;
  return `\u001b[38;5;16;48;5;${COLOURS[label % COLOURS.length]}m${text}\u001b[0m`;
}

/** Names come from files: no character of theirs may move a terminal's cursor or turn its direction. */
function printableName(name: string): string {
  return name.replace(CONTROL, "\ufffd");
}
