import { matMul, matMulScratch } from "./mat-mul";

/**
 * Whether an input's gradient is better made tap by tap: the convolution of a spread out dy would be mostly one of zeros,
 * or its panels mostly empty.
 */
export function suitsScatter(strideHeight: i32, strideWidth: i32, inChannels: i32): bool {
  return strideHeight > 1 || strideWidth > 1 || inChannels <= 4;
}

export function scatterScratch(taps: i32, outPixels: i32, outChannels: i32): i32 {
  return taps * outPixels * 4 + ((matMulScratch(outPixels, taps, outChannels, false, true) + 15) & ~15);
}

/** The input's gradient: dy times the filter is what every pixel of dy gives to the pixels under it, which is added there. */
export function scatterInputGradient(
  dx: usize, dy: usize, w: usize, batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32,
  filterWidth: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32,
  outChannels: i32, scratch: usize,
): void {
  const run = filterWidth * inChannels;
  const taps = filterHeight * run;
  const pixels = outHeight * outWidth;
  const products = scratch;
  const rest = products + (<usize>(taps * pixels) << 2);
  const lineStep = <usize>(inWidth * inChannels) << 2;
  memory.fill(dx, 0, lineStep * (batch * inHeight));
  for (; batch > 0; batch -= 1, dx += lineStep * inHeight, dy += <usize>(pixels * outChannels) << 2) {
    matMul(products, dy, w, pixels, taps, outChannels, false, true, false, rest);
    let from = products;
    for (let row = 0; row < outHeight; row += 1) {
      const y = row * strideHeight - padTop;
      for (let column = 0; column < outWidth; column += 1) {
        const x = column * strideWidth - padLeft;
        const first = max(0, -x) * inChannels;
        const count = min(filterWidth, inWidth - x) * inChannels - first;
        for (let line = 0; line < filterHeight; line += 1, from += <usize>run << 2) {
          if (y + line < 0 || y + line >= inHeight) continue;
          const to = dx + lineStep * (y + line) + (<usize>(x * inChannels + first) << 2);
          addFloats(to, from + (<usize>first << 2), count);
        }
      }
    }
  }
}

function addFloats(to: usize, from: usize, count: i32): void {
  for (; count >= 4; count -= 4, to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; count > 0; count -= 1, to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}
