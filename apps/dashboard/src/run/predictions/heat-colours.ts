/** From no heat to most, evenly spaced: each step is lighter than the one before, so that hue is not needed to read it. */
const STOPS: readonly (readonly [red: number, green: number, blue: number])[] = [
  [20, 10, 50],
  [66, 16, 104],
  [120, 28, 109],
  [172, 44, 92],
  [216, 74, 62],
  [243, 122, 31],
  [252, 180, 40],
  [250, 240, 150],
];

/** Colour of a heat between 0 and 255, as red, green and blue. */
export function heatColour(heat: number): [number, number, number] {
  const place = (Math.min(Math.max(heat, 0), 255) / 255) * (STOPS.length - 1);
  const [below, above] = [Math.floor(place), Math.ceil(place)];
  const share = place - below;
  const mixed = (channel: 0 | 1 | 2) => {
    const [from, to] = [STOPS[below]?.[channel] ?? 0, STOPS[above]?.[channel] ?? 0];
    return Math.round(from + share * (to - from));
  };
  return [mixed(0), mixed(1), mixed(2)];
}

/** The same colours for a key, as a CSS gradient from left to right. */
export const heatGradient = `linear-gradient(to right, ${STOPS.map((stop) => `rgb(${stop.join(" ")})`).join(", ")})`;
