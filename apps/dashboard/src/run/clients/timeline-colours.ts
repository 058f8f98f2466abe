import { FIRST_SHADE, NUM_LOOKS, NUM_SHADES } from "./cell-looks.js";
import { cellState } from "./cell-state.js";

/** Tokens of what has no shade; who had no part is not drawn. */
const STATE_TOKENS = {
  unknown: "raised",
  selected: "line",
  training: "accent",
  unfinished: "strong",
  timeout: "warn",
  rejected: "odd",
  failed: "bad",
} as const;

/** The page's colours of the moment, as canvas and pixels want them. */
export interface TimelineColours {
  surface: string;
  raised: string;
  line: string;
  strong: string;
  ink: string;
  muted: string;
  accent: string;
  warn: string;
  bad: string;
  odd: string;
  /** A pixel for every look of a cell. */
  palette: Uint32Array;
}

type Rgb = readonly [number, number, number];

export function readColours(): TimelineColours {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const [surface, accent] = [rgbOf(token("surface")), rgbOf(token("accent"))];
  const palette = new Uint32Array(NUM_LOOKS);
  for (const [state, name] of Object.entries(STATE_TOKENS)) {
    palette[cellState[state as keyof typeof STATE_TOKENS]] = pixelOf(rgbOf(token(name)));
  }
  for (let shade = 0; shade < NUM_SHADES; shade += 1) {
    const share = 0.3 + (0.7 * shade) / (NUM_SHADES - 1);
    palette[FIRST_SHADE + shade] = pixelOf(mix(surface, accent, share));
  }
  return {
    surface: token("surface"),
    raised: token("raised"),
    line: token("line"),
    strong: token("strong"),
    ink: token("ink"),
    muted: token("muted"),
    accent: token("accent"),
    warn: token("warn"),
    bad: token("bad"),
    odd: token("odd"),
    palette,
  };
}

/** Any colour of a style sheet, which may have been shortened: a canvas writes each as `#rrggbb`. */
function rgbOf(colour: string): Rgb {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  if (context) context.fillStyle = colour;
  const value = Number.parseInt(String(context?.fillStyle).slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const between = (at: 0 | 1 | 2) => Math.round(one[at] + (other[at] - one[at]) * share);
  return [between(0), between(1), between(2)];
}

/** As ImageData keeps it, on every machine that runs a browser: red first. */
function pixelOf([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
