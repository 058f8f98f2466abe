/** Vectors of normal variates of this standard deviation, all different. */
export function normalVectors(count, { size, sigma, around }) {
  const pattern = normalPattern(size + 97 * count, sigma);
  return Array.from({ length: count }, (_, i) => {
    const values = pattern.slice(97 * i, 97 * i + size);
    if (around) for (let at = 0; at < size; at++) values[at] += around[at];
    return values;
  });
}

/** Normal variates from a fixed seed (Box-Muller over a 32-bit generator): good enough for timing. */
export function normalPattern(size, sigma) {
  const values = new Float32Array(size);
  let word = 0x9e3779b9;
  const uniform = () => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return ((word >>> 0) + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < size; i += 2) {
    const radius = sigma * Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < size) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
