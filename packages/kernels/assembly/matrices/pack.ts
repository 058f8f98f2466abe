/** Writes 4 runs of numbers side by side: the first of each, the second of each and so on, `step` bytes from one to the next. */
export function packFour(to: usize, step: usize, a0: usize, a1: usize, a2: usize, a3: usize, run: i32): void {
  for (; run >= 4; run -= 4) {
    const row0 = v128.load(a0);
    const row1 = v128.load(a1);
    const row2 = v128.load(a2);
    const row3 = v128.load(a3);
    const low01 = v128.shuffle<i32>(row0, row1, 0, 4, 1, 5);
    const high01 = v128.shuffle<i32>(row0, row1, 2, 6, 3, 7);
    const low23 = v128.shuffle<i32>(row2, row3, 0, 4, 1, 5);
    const high23 = v128.shuffle<i32>(row2, row3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
    to += step;
    v128.store(to, v128.shuffle<i64>(low01, low23, 1, 3));
    to += step;
    v128.store(to, v128.shuffle<i64>(high01, high23, 0, 2));
    to += step;
    v128.store(to, v128.shuffle<i64>(high01, high23, 1, 3));
    to += step;
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
  }
  for (; run > 0; run -= 1) {
    store<i32>(to, load<i32>(a0));
    store<i32>(to, load<i32>(a1), 4);
    store<i32>(to, load<i32>(a2), 8);
    store<i32>(to, load<i32>(a3), 12);
    to += step;
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
  }
}

/** Copies `columns` of each row, 4 or 8 at most, to rows of `width` numbers that are filled up with zeros. */
export function packColumns(to: usize, width: i32, from: usize, fromStep: usize, rows: i32, columns: i32): void {
  const step = <usize>width << 2;
  for (; rows > 0; rows -= 1) {
    if (columns == 8) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    } else if (columns == 4 && width == 4) {
      v128.store(to, v128.load(from));
    } else {
      for (let column = 0; column < width; column += 1) {
        const offset = <usize>column << 2;
        store<i32>(to + offset, column < columns ? load<i32>(from + offset) : 0);
      }
    }
    to += step;
    from += fromStep;
  }
}

/** Panels of 8 columns of a matrix [depth, n], each [depth, 8], the last one filled up with zeros; or only that last one. */
export function packPanels(to: usize, b: usize, n: i32, depth: i32, onlyLast: bool): void {
  for (let column = onlyLast ? n & ~7 : 0; column < n; column += 8) {
    packColumns(to, 8, b + (<usize>column << 2), <usize>n << 2, depth, min(n - column, 8));
    to += <usize>depth << 5;
  }
}

/** The same of a matrix that is stored transposed, as n rows that lie `k` numbers apart. */
export function packTransposedPanels(to: usize, panelStep: usize, b: usize, n: i32, k: i32, depth: i32): void {
  const step = <usize>k << 2;
  for (let column = 0; column < n; column += 4) {
    const at = b + <usize>column * step;
    const last = min(n - column, 4) - 1;
    packFour(
      to + <usize>(column & 4) * 4, 32,
      at, at + step * min(1, last), at + step * min(2, last), at + step * min(3, last), depth,
    );
    // A second half of a panel that has no columns keeps whatever lay there: no result is made of it.
    if (column & 4) to += panelStep;
  }
}
