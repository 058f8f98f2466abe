/** Copies numbers, which may not overlap. */
export function copyFloats(to: usize, from: usize, count: i32): void {
  for (; count >= 8; count -= 8) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    to += 32;
    from += 32;
  }
  for (; count > 0; count -= 1) {
    store<i32>(to, load<i32>(from));
    to += 4;
    from += 4;
  }
}

/** Pixels of an image that a convolution sees along one axis, its border included. */
// @ts-ignore: decorator
@inline
export function spanOf(out: i32, stride: i32, filter: i32): i32 {
  return (out - 1) * stride + filter;
}

/**
 * Copies an image into a larger or smaller one, the first pixel to (top, left), the next ones `stepY` and `stepX` pixels
 * apart. What falls outside is left out, and the pixels in between stay as they are.
 */
export function placeImage(
  to: usize, height: i32, width: i32, top: i32, left: i32, stepY: i32, stepX: i32,
  from: usize, fromHeight: i32, fromWidth: i32, channels: i32,
): void {
  for (let row = 0; row < fromHeight; row += 1, from += <usize>(fromWidth * channels) << 2) {
    const y = top + row * stepY;
    if (y < 0 || y >= height) continue;
    const rowAt = to + (<usize>(y * width * channels) << 2);
    if (stepX == 1) {
      const first = max(0, -left);
      const end = min(fromWidth, width - left);
      const skip = <usize>(first * channels) << 2;
      copyFloats(rowAt + (<usize>((left + first) * channels) << 2), from + skip, (end - first) * channels);
      continue;
    }
    for (let column = 0; column < fromWidth; column += 1) {
      const x = left + column * stepX;
      if (x < 0 || x >= width) continue;
      copyFloats(rowAt + (<usize>(x * channels) << 2), from + (<usize>(column * channels) << 2), channels);
    }
  }
}
