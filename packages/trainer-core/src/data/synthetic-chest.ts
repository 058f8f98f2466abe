import type { RandomStream } from "@fedloom/fl-strategy";

// Coordinates: x from -1 (left edge of the image) to 1, y from -1 (top) to 1. Brightness: 0 air, 1 bone.
// Every shape is made of + - * / and square roots only, so that images are bit-equal on every machine.

/** A soft spot of elliptic outline: brightness is added in its middle and fades towards its rim. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly brightness: number;
}

interface Anatomy {
  readonly lungs: readonly [Spot, Spot];
  readonly heart: Spot;
  readonly hila: readonly Spot[];
  readonly bodyWidth: number;
  readonly spineWidth: number;
  readonly diaphragm: number;
  readonly ribSpacing: number;
  readonly ribPhase: number;
  readonly ribBrightness: number;
  readonly ribSlope: number;
}

/** Draws one chest into `image`, a square of `side` x `side` pixels, 255 for bone. */
export function drawChest(
  image: Uint8Array,
  options: { side: number; pneumonia: boolean; random: RandomStream },
): void {
  const { side, pneumonia, random } = options;
  const anatomy = drawAnatomy(random);
  const spots = drawClouds(anatomy, random);
  if (pneumonia) spots.push(...drawOpacities(anatomy, random));
  const tilt = between(random, -0.08, 0.08);
  const zoom = between(random, 0.92, 1.1);
  const [shiftX, shiftY] = [between(random, -0.08, 0.08), between(random, -0.08, 0.08)];
  const gain = between(random, 0.8, 1.15);
  const offset = between(random, -0.08, 0.08);
  const noise = between(random, 0.008, 0.03);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const across = (2 * column + 1) / side - 1 - shiftX;
      const down = (2 * row + 1) / side - 1 - shiftY;
      const x = (across - tilt * down) * zoom;
      const y = (down + tilt * across) * zoom;
      const brightness = brightnessAt(x, y, anatomy, spots);
      const value = 0.5 + (brightness - 0.5) * gain + offset + noise * random.normal();
      image[row * side + column] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
}

function drawAnatomy(random: RandomStream): Anatomy {
  const height = between(random, 0.72, 0.9);
  const width = between(random, 0.3, 0.37);
  const distance = between(random, 0.44, 0.52);
  const top = between(random, -0.1, 0.04);
  const air = between(random, 0.3, 0.42);
  const lung = (sign: number): Spot => ({
    x: sign * distance + between(random, -0.02, 0.02),
    y: top + between(random, -0.03, 0.03),
    radiusX: width * between(random, 0.92, 1.08),
    radiusY: height * between(random, 0.95, 1.05),
    brightness: -air,
  });
  const hilum = (sign: number): Spot => ({
    x: sign * between(random, 0.2, 0.28),
    y: between(random, -0.12, 0.08),
    radiusX: between(random, 0.12, 0.2),
    radiusY: between(random, 0.16, 0.28),
    brightness: between(random, 0.04, 0.16),
  });
  return {
    lungs: [lung(-1), lung(1)],
    heart: {
      x: between(random, 0.06, 0.18),
      y: between(random, 0.22, 0.36),
      radiusX: between(random, 0.34, 0.5),
      radiusY: between(random, 0.36, 0.5),
      brightness: between(random, 0.24, 0.34),
    },
    hila: [hilum(-1), hilum(1)],
    bodyWidth: between(random, 0.98, 1.12),
    spineWidth: between(random, 0.14, 0.22),
    diaphragm: between(random, 0.42, 0.62),
    ribSpacing: between(random, 0.2, 0.27),
    ribPhase: random.uniform(),
    ribBrightness: between(random, 0.05, 0.12),
    ribSlope: between(random, 0.25, 0.5),
  };
}

/** What healthy lungs show as well: vessels, skin folds, a breath not held. */
function drawClouds(anatomy: Anatomy, random: RandomStream): Spot[] {
  return Array.from({ length: 1 + random.integer(3) }, () =>
    spotInLung(anatomy, random, {
      radius: between(random, 0.12, 0.4),
      brightness: between(random, -0.05, 0.11),
    }),
  );
}

/** Patches of consolidation; the faintest are hardly brighter than a cloud of a healthy lung. */
function drawOpacities(anatomy: Anatomy, random: RandomStream): Spot[] {
  const strength = between(random, 0.16, 0.5);
  return Array.from({ length: 2 + random.integer(4) }, () =>
    spotInLung(anatomy, random, {
      radius: between(random, 0.12, 0.34),
      brightness: strength * between(random, 0.7, 1.2),
    }),
  );
}

function spotInLung(
  anatomy: Anatomy,
  random: RandomStream,
  { radius, brightness }: { radius: number; brightness: number },
): Spot {
  const lung = anatomy.lungs[random.integer(2)] as Spot;
  const stretch = between(random, 0.75, 1.33);
  return {
    x: lung.x + between(random, -0.7, 0.7) * lung.radiusX,
    y: lung.y + between(random, -0.6, 0.85) * lung.radiusY,
    radiusX: radius * stretch,
    radiusY: radius / stretch,
    brightness,
  };
}

function brightnessAt(x: number, y: number, anatomy: Anatomy, spots: readonly Spot[]): number {
  const { lungs, heart, hila, bodyWidth, spineWidth, diaphragm } = anatomy;
  const body = 1 - smoothStep(bodyWidth - 0.12 + 0.1 * y, bodyWidth + 0.06 + 0.1 * y, Math.abs(x));
  const shoulder = smoothStep(0.35, 0.95, Math.abs(x) - 0.9 * (y + 1));
  let brightness = 0.1 + 0.52 * body - 0.34 * shoulder;

  const inside = Math.max(lungAt(x, y, lungs[0]), lungAt(x, y, lungs[1]));
  const dome = diaphragm + 0.9 * (Math.abs(x) - 0.42) * (Math.abs(x) - 0.42);
  const lung = inside * (1 - smoothStep(dome - 0.07, dome + 0.07, y));
  brightness += lung * lungs[0].brightness;
  brightness += (0.35 + 0.65 * lung) * body * ribAt(x, y, anatomy);
  brightness += 0.16 * body * (1 - smoothStep(spineWidth * 0.5, spineWidth * 1.5, Math.abs(x)));
  brightness += heart.brightness * coverage(x, y, heart, 0.35) * (0.25 + 0.75 * lung);
  for (const spot of hila) brightness += spot.brightness * bump(x, y, spot);
  // An opacity replaces air: outside of the lungs it hardly shows.
  for (const spot of spots) brightness += spot.brightness * bump(x, y, spot) * (0.1 + 0.9 * lung);
  return brightness;
}

/** A lung is narrow at its apex, and leans outwards from there. */
function lungAt(x: number, y: number, lung: Spot): number {
  const height = (y - lung.y) / lung.radiusY;
  const side = lung.x < 0 ? -1 : 1;
  const leaned = x - side * lung.radiusX * 0.32 * height;
  const narrowed = (leaned - lung.x) / (0.84 + 0.2 * smoothStep(-1, 0.6, height));
  return coverage(lung.x + narrowed, y, lung, 0.2);
}

/** Ribs: bright arcs that fall away from the spine, as parabolas of one period. */
function ribAt(x: number, y: number, { ribSpacing, ribPhase, ribBrightness, ribSlope }: Anatomy): number {
  const along = (y - ribSlope * x * x) / ribSpacing + ribPhase;
  const phase = 2 * (along - Math.floor(along)) - 1;
  const wave = 1 - phase * phase;
  return ribBrightness * (wave * wave - 0.5);
}

/** 1 inside the ellipse, 0 outside, smooth over a rim of `softness` radii. */
function coverage(x: number, y: number, { x: x0, y: y0, radiusX, radiusY }: Spot, softness: number): number {
  const dx = (x - x0) / radiusX;
  const dy = (y - y0) / radiusY;
  return 1 - smoothStep(1 - softness, 1 + softness, Math.sqrt(dx * dx + dy * dy));
}

/** 1 in the middle, falling smoothly to 0 at the rim. */
function bump(x: number, y: number, { x: x0, y: y0, radiusX, radiusY }: Spot): number {
  const dx = (x - x0) / radiusX;
  const dy = (y - y0) / radiusY;
  const rest = 1 - dx * dx - dy * dy;
  return rest > 0 ? rest * rest : 0;
}

function smoothStep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

function between(random: RandomStream, from: number, to: number): number {
  return from + (to - from) * random.uniform();
}
