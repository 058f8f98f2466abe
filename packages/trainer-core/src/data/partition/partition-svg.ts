import type { PartitionStatistics } from "./describe-partition.js";

export interface PartitionSvgOptions {
  /** By label. */
  readonly classNames: readonly string[];
  /** Default "Samples of each client, by class". */
  readonly title?: string;
  /** Pixels; default 720. */
  readonly width?: number;
  /** Clients with a bar of their own; the rest is told in one line. Default 100. */
  readonly maxClients?: number;
}

const ROW = 18;
const LEFT = 56;
const RIGHT = 64;
const COLOURS = [
  "#4e79a7",
  "#f28e2b",
  "#59a14f",
  "#e15759",
  "#b07aa1",
  "#9c755f",
  "#d37295",
  "#8a8a8a",
  "#b6992d",
  "#499894",
];
const UNFIT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: replacing them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu;
const STYLE =
  "text{font:12px system-ui,sans-serif;fill:#24292f}.small{font-size:11px}" +
  "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}";

/** A partition as an SVG document of its own: stacked bars on no background, readable on light and dark pages. */
export function partitionSvg(statistics: PartitionStatistics, options: PartitionSvgOptions): string {
  const { classNames, title = "Samples of each client, by class", width = 720, maxClients = 100 } = options;
  const { clients, sizes, classCounts } = statistics;
  const names = classCounts.map((_, label) => classNames[label] ?? `class ${label}`);
  const shown = clients.slice(0, maxClients);
  const scale = sizes.largest === 0 ? 0 : (width - LEFT - RIGHT) / sizes.largest;
  const bars = shown.flatMap(({ numSamples, classCounts: counts }, client) => {
    const y = 34 + client * ROW;
    const label = `<text class="small" x="${LEFT - 8}" y="${y + 11}" text-anchor="end">${client + 1}</text>`;
    const end = LEFT + numSamples * scale + 6;
    const size = `<text class="small" x="${pixels(end)}" y="${y + 11}">${numSamples}</text>`;
    return [label, ...piecesOf(counts, { names, scale, y }), size];
  });
  let y = 34 + shown.length * ROW + 14;
  const rest = clients.length - shown.length;
  const more = rest > 0 ? [`<text class="small" x="${LEFT}" y="${y}">and ${rest} more clients</text>`] : [];
  if (rest > 0) y += ROW;
  const key = legendOf(names, { y, width });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${key.bottom}" width="${width}" height="${key.bottom}" role="img">`,
    `<title>${escapeXml(title)}</title><style>${STYLE}</style>`,
    `<text x="8" y="18">${escapeXml(title)}</text>`,
    ...bars,
    ...more,
    ...key.lines,
    "</svg>",
  ].join("\n");
}

interface Place {
  readonly names: readonly string[];
  readonly scale: number;
  readonly y: number;
}

function piecesOf(counts: readonly number[], { names, scale, y }: Place): string[] {
  let x = LEFT;
  return counts.flatMap((count, label) => {
    if (count === 0) return [];
    const start = x;
    x += count * scale;
    const tip = `<title>${escapeXml(names[label] as string)}: ${count}</title>`;
    const box = `x="${pixels(start)}" y="${y}" width="${pixels(count * scale)}" height="${ROW - 4}"`;
    return [`<rect ${box} fill="${colourOf(label)}">${tip}</rect>`];
  });
}

function legendOf(names: readonly string[], { y, width }: { y: number; width: number }) {
  let [x, row] = [LEFT, y];
  const lines = names.map((name, label) => {
    const text = [...name].length > 24 ? `${[...name].slice(0, 23).join("")}…` : name;
    // An upper bound of a text's width: about 7 pixels for each character at this size.
    const room = 30 + 7 * [...text].length;
    if (x > LEFT && x + room > width) [x, row] = [LEFT, row + ROW];
    const at = x;
    x += room;
    const box = `<rect x="${at}" y="${row - 10}" width="12" height="12" fill="${colourOf(label)}"/>`;
    return `${box}<text class="small" x="${at + 17}" y="${row}">${escapeXml(text)}</text>`;
  });
  return { lines, bottom: row + 14 };
}

function colourOf(label: number): string {
  // Past the list the golden angle keeps neighbours apart.
  return COLOURS[label] ?? `hsl(${Math.round((label * 137.508) % 360)},45%,55%)`;
}

function pixels(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** For text and attributes of XML 1.0, which has no place for most control characters and lone surrogates at all. */
function escapeXml(text: string): string {
  return text
    .replace(UNFIT, "\ufffd")
    .replace(/[<>&"']/g, (character: string) => `&#${character.charCodeAt(0)};`);
}
