// @ts-ignore: decorator
@inline
function addSquares(sums: v128, a: v128, b: v128): v128 {
  const d = f32x4.sub(a, b);
  const low = f64x2.promote_low_f32x4(d);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 2, 3));
  return f64x2.add(f64x2.add(sums, f64x2.mul(low, low)), f64x2.mul(high, high));
}

// @ts-ignore: decorator
@inline
function addTo(place: usize, sums: v128): void {
  store<f64>(place, load<f64>(place) + (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)));
}

/**
 * distances[i][j] += ||row i - row j||^2 for j > i, over `width` columns: differences are taken before they are squared,
 * so that rows that lie close together far from 0 keep their distance. Two lanes sum even and odd columns.
 */
export function addSquaredDistances(distances: usize, rows: usize, numRows: i32, width: i32): void {
  const stride = <usize>width << 2;
  for (let i = 0; i < numRows; i += 1) {
    const a = rows + <usize>i * stride;
    const line = distances + ((<usize>i * <usize>numRows) << 3);
    let j = i + 1;
    for (; j + 3 < numRows; j += 4) {
      const b = rows + <usize>j * stride;
      const c = b + stride;
      const d = c + stride;
      const e = d + stride;
      let sb = f64x2.splat(0);
      let sc = f64x2.splat(0);
      let sd = f64x2.splat(0);
      let se = f64x2.splat(0);
      for (let at: usize = 0; at < stride; at += 16) {
        const x = v128.load(a + at);
        sb = addSquares(sb, x, v128.load(b + at));
        sc = addSquares(sc, x, v128.load(c + at));
        sd = addSquares(sd, x, v128.load(d + at));
        se = addSquares(se, x, v128.load(e + at));
      }
      const to = line + (<usize>j << 3);
      addTo(to, sb);
      addTo(to + 8, sc);
      addTo(to + 16, sd);
      addTo(to + 24, se);
    }
    for (; j < numRows; j += 1) {
      const b = rows + <usize>j * stride;
      let sums = f64x2.splat(0);
      for (let at: usize = 0; at < stride; at += 16) sums = addSquares(sums, v128.load(a + at), v128.load(b + at));
      addTo(line + (<usize>j << 3), sums);
    }
  }
}
