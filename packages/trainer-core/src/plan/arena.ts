/** A piece of the plan's memory. */
export interface Block {
  /** In bytes, a multiple of 64. */
  readonly address: number;
  readonly bytes: number;
}

/** Hands out places in a memory while a plan is made: blocks whose lives do not overlap share their place. */
export interface Arena {
  take(bytes: number): Block;
  release(block: Block): void;
  /** First byte that no block has ever had. */
  readonly end: number;
}

/** Blocks begin at multiples of a cache line. */
export const ALIGNMENT = 64;

/** Opens an arena whose first byte is `start`; a block takes the first gap that it fits in. */
export function openArena(start: number): Arena {
  let end = align(start);
  /** Sorted by address; no two touch. */
  const gaps: Block[] = [];

  function takeGap(bytes: number): Block | undefined {
    const place = gaps.findIndex((gap) => gap.bytes >= bytes);
    const gap = gaps[place];
    if (!gap) return undefined;
    if (gap.bytes === bytes) gaps.splice(place, 1);
    else gaps[place] = { address: gap.address + bytes, bytes: gap.bytes - bytes };
    return { address: gap.address, bytes };
  }

  function takeEnd(bytes: number): Block {
    const last = gaps.at(-1);
    // A gap at the end grows instead of staying too small for ever.
    const address = last && last.address + last.bytes === end ? (gaps.pop() as Block).address : end;
    end = address + bytes;
    return { address, bytes };
  }

  return {
    take(wanted) {
      const bytes = align(Math.max(wanted, 1));
      return takeGap(bytes) ?? takeEnd(bytes);
    },

    release({ address, bytes }) {
      let place = gaps.findIndex((gap) => gap.address > address);
      if (place < 0) place = gaps.length;
      const before = gaps[place - 1];
      const after = gaps[place];
      const joinsBefore = before !== undefined && before.address + before.bytes === address;
      const joinsAfter = after !== undefined && address + bytes === after.address;
      const start = joinsBefore ? before.address : address;
      const stop = joinsAfter ? after.address + after.bytes : address + bytes;
      gaps.splice(place - (joinsBefore ? 1 : 0), (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), {
        address: start,
        bytes: stop - start,
      });
    },

    get end() {
      return end;
    },
  };
}

export function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
