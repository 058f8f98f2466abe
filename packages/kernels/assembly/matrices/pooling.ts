// NHWC, windows as in TensorFlow: cells outside of the image count for nothing.

/** Largest of each window. */
export function maxPool(
  y: usize,
  x: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  height: i32,
  width: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  const pixel = <usize>channels << 2;
  const line = <usize>inWidth * pixel;
  const image = <usize>inHeight * line;
  for (let sample = 0; sample < batch; sample += 1, x += image) {
    for (let row = 0; row < outHeight; row += 1) {
      const top = row * strideHeight - padTop;
      const first = max(top, 0);
      const rows = min(top + height, inHeight) - first;
      for (let column = 0; column < outWidth; column += 1, y += pixel) {
        const left = column * strideWidth - padLeft;
        const start = max(left, 0);
        const columns = min(left + width, inWidth) - start;
        const corner = x + <usize>first * line + <usize>start * pixel;
        if (rows == 2 && columns == 2) maxOfFour(y, corner, line, pixel);
        else maxOfMany(y, corner, line, pixel, rows, columns);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function maxOfFour(y: usize, x: usize, line: usize, pixel: usize): void {
  let i: usize = 0;
  for (; i + 16 <= pixel; i += 16) {
    const a = x + i;
    const above = f32x4.max(v128.load(a), v128.load(a + pixel));
    const below = f32x4.max(v128.load(a + line), v128.load(a + line + pixel));
    v128.store(y + i, f32x4.max(above, below));
  }
  for (; i < pixel; i += 4) {
    const a = x + i;
    const above = max(load<f32>(a), load<f32>(a + pixel));
    store<f32>(y + i, max(above, max(load<f32>(a + line), load<f32>(a + line + pixel))));
  }
}

function maxOfMany(y: usize, x: usize, line: usize, pixel: usize, rows: i32, columns: i32): void {
  let i: usize = 0;
  for (; i + 16 <= pixel; i += 16) {
    let most = f32x4.splat(-Infinity);
    for (let row = 0; row < rows; row += 1) {
      let a = x + i + <usize>row * line;
      for (let column = 0; column < columns; column += 1, a += pixel) most = f32x4.max(most, v128.load(a));
    }
    v128.store(y + i, most);
  }
  for (; i < pixel; i += 4) {
    let most: f32 = -Infinity;
    for (let row = 0; row < rows; row += 1) {
      let a = x + i + <usize>row * line;
      for (let column = 0; column < columns; column += 1, a += pixel) most = max(most, load<f32>(a));
    }
    store<f32>(y + i, most);
  }
}

/** Gradient of {@link maxPool}: all of a window's goes to its first cell (row-major) that holds the largest value. */
export function maxPoolGradient(
  dx: usize,
  dy: usize,
  x: usize,
  y: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  height: i32,
  width: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  const pixel = <usize>channels << 2;
  const line = <usize>inWidth * pixel;
  const image = <usize>inHeight * line;
  const apart = strideHeight >= height && strideWidth >= width;
  const covered = apart && outHeight * height == inHeight && outWidth * width == inWidth;
  if (!covered) memory.fill(dx, 0, <usize>batch * image);
  for (let sample = 0; sample < batch; sample += 1, x += image, dx += image) {
    for (let row = 0; row < outHeight; row += 1) {
      const top = row * strideHeight - padTop;
      const first = max(top, 0);
      const rows = min(top + height, inHeight) - first;
      for (let column = 0; column < outWidth; column += 1, y += pixel, dy += pixel) {
        const left = column * strideWidth - padLeft;
        const start = max(left, 0);
        const columns = min(left + width, inWidth) - start;
        const corner = <usize>first * line + <usize>start * pixel;
        if (apart && rows == 2 && columns == 2) {
          toFirstOfFour(dx + corner, dy, x + corner, y, line, pixel);
        } else {
          // Where every cell is written once there are no zeros to add to.
          if (covered) clear(dx + corner, line, <usize>columns * pixel, rows);
          toFirstOfMany(dx + corner, dy, x + corner, y, line, pixel, rows, columns);
        }
      }
    }
  }
}

function clear(dx: usize, line: usize, bytes: usize, rows: i32): void {
  for (let row = 0; row < rows; row += 1) memory.fill(dx + <usize>row * line, 0, bytes);
}

// @ts-ignore: decorator
@inline
function toFirstOfFour(dx: usize, dy: usize, x: usize, y: usize, line: usize, pixel: usize): void {
  let i: usize = 0;
  for (; i + 16 <= pixel; i += 16) {
    const most = v128.load(y + i);
    const gradient = v128.load(dy + i);
    const a = x + i;
    const to = dx + i;
    const one = f32x4.eq(v128.load(a), most);
    const two = f32x4.eq(v128.load(a + pixel), most);
    const three = f32x4.eq(v128.load(a + line), most);
    const four = f32x4.eq(v128.load(a + line + pixel), most);
    const oneOrTwo = v128.or(one, two);
    v128.store(to, v128.and(gradient, one));
    v128.store(to + pixel, v128.and(gradient, v128.andnot(two, one)));
    v128.store(to + line, v128.and(gradient, v128.andnot(three, oneOrTwo)));
    v128.store(to + line + pixel, v128.and(gradient, v128.andnot(four, v128.or(oneOrTwo, three))));
  }
  if (i < pixel) toFirstScalar(dx + i, dy + i, x + i, y + i, line, pixel, pixel - i);
}

/** Two by two for the last channels, of which there are less than four. */
function toFirstScalar(dx: usize, dy: usize, x: usize, y: usize, line: usize, pixel: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 4) {
    const most = load<f32>(y + i);
    let gradient = load<f32>(dy + i);
    for (let cell = 0; cell < 4; cell += 1) {
      const at = i + <usize>(cell >> 1) * line + <usize>(cell & 1) * pixel;
      const isFirst = load<f32>(x + at) == most;
      store<f32>(dx + at, isFirst ? gradient : 0);
      if (isFirst) gradient = 0;
    }
  }
}

function toFirstOfMany(
  dx: usize,
  dy: usize,
  x: usize,
  y: usize,
  line: usize,
  pixel: usize,
  rows: i32,
  columns: i32,
): void {
  let i: usize = 0;
  for (; i + 16 <= pixel; i += 16) {
    const most = v128.load(y + i);
    // What is left of the gradient: nothing, once it has gone to a cell.
    let gradient = v128.load(dy + i);
    for (let row = 0; row < rows; row += 1) {
      let at = i + <usize>row * line;
      for (let column = 0; column < columns; column += 1, at += pixel) {
        const isFirst = f32x4.eq(v128.load(x + at), most);
        v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(gradient, isFirst)));
        gradient = v128.andnot(gradient, isFirst);
      }
    }
  }
  for (; i < pixel; i += 4) {
    const most = load<f32>(y + i);
    let gradient = load<f32>(dy + i);
    for (let row = 0; row < rows; row += 1) {
      let at = i + <usize>row * line;
      for (let column = 0; column < columns; column += 1, at += pixel) {
        if (load<f32>(x + at) == most) {
          store<f32>(dx + at, load<f32>(dx + at) + gradient);
          gradient = 0;
        }
      }
    }
  }
}

/** Mean of each window's cells that lie in the image. */
export function averagePool(
  y: usize,
  x: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  height: i32,
  width: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  const pixel = <usize>channels << 2;
  const line = <usize>inWidth * pixel;
  const image = <usize>inHeight * line;
  for (let sample = 0; sample < batch; sample += 1, x += image) {
    for (let row = 0; row < outHeight; row += 1) {
      const top = row * strideHeight - padTop;
      const first = max(top, 0);
      const rows = min(top + height, inHeight) - first;
      for (let column = 0; column < outWidth; column += 1, y += pixel) {
        const left = column * strideWidth - padLeft;
        const start = max(left, 0);
        const columns = min(left + width, inWidth) - start;
        mean(y, x + <usize>first * line + <usize>start * pixel, line, pixel, rows, columns);
      }
    }
  }
}

function mean(y: usize, x: usize, line: usize, pixel: usize, rows: i32, columns: i32): void {
  const share: f32 = 1 / <f32>(rows * columns);
  let i: usize = 0;
  for (; i + 16 <= pixel; i += 16) {
    let sum = f32x4.splat(0);
    for (let row = 0; row < rows; row += 1) {
      let a = x + i + <usize>row * line;
      for (let column = 0; column < columns; column += 1, a += pixel) sum = f32x4.add(sum, v128.load(a));
    }
    v128.store(y + i, f32x4.mul(sum, f32x4.splat(share)));
  }
  for (; i < pixel; i += 4) {
    let sum: f32 = 0;
    for (let row = 0; row < rows; row += 1) {
      let a = x + i + <usize>row * line;
      for (let column = 0; column < columns; column += 1, a += pixel) sum += load<f32>(a);
    }
    store<f32>(y + i, sum * share);
  }
}

/** Gradient of {@link averagePool}: every cell of a window gets an equal part. */
export function averagePoolGradient(
  dx: usize,
  dy: usize,
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  height: i32,
  width: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  const pixel = <usize>channels << 2;
  const line = <usize>inWidth * pixel;
  const image = <usize>inHeight * line;
  memory.fill(dx, 0, <usize>batch * image);
  for (let sample = 0; sample < batch; sample += 1, dx += image) {
    for (let row = 0; row < outHeight; row += 1) {
      const top = row * strideHeight - padTop;
      const first = max(top, 0);
      const rows = min(top + height, inHeight) - first;
      for (let column = 0; column < outWidth; column += 1, dy += pixel) {
        const left = column * strideWidth - padLeft;
        const start = max(left, 0);
        const columns = min(left + width, inWidth) - start;
        spread(dx + <usize>first * line + <usize>start * pixel, dy, line, pixel, rows, columns);
      }
    }
  }
}

function spread(dx: usize, dy: usize, line: usize, pixel: usize, rows: i32, columns: i32): void {
  const share: f32 = 1 / <f32>(rows * columns);
  let i: usize = 0;
  for (; i + 16 <= pixel; i += 16) {
    const part = f32x4.mul(v128.load(dy + i), f32x4.splat(share));
    for (let row = 0; row < rows; row += 1) {
      let a = dx + i + <usize>row * line;
      for (let column = 0; column < columns; column += 1, a += pixel) {
        v128.store(a, f32x4.add(v128.load(a), part));
      }
    }
  }
  for (; i < pixel; i += 4) {
    const part = load<f32>(dy + i) * share;
    for (let row = 0; row < rows; row += 1) {
      let a = dx + i + <usize>row * line;
      for (let column = 0; column < columns; column += 1, a += pixel) store<f32>(a, load<f32>(a) + part);
    }
  }
}
