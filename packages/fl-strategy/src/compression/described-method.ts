import type { OptionDescription } from "../description.js";

/** The option `method` of whatever compresses updates. */
export const describedMethod = {
  kind: "object",
  about: "How updates are compressed.",
  isRequired: true,
  options: {
    kind: {
      kind: "choice",
      about:
        "None; the largest values alone (topk); a byte for each value, scaled by its block's largest value (int8) or by its block's norm (qsgd); or half precision (float16).",
      isRequired: true,
      choices: ["none", "topk", "int8", "qsgd", "float16"],
    },
    k: {
      kind: "integer",
      about: "Number of values that are sent. With topk, in place of a fraction.",
      min: 1,
    },
    fraction: {
      kind: "number",
      about: "Share of the values that is sent. With topk, in place of a number.",
      min: 0,
      isAboveMin: true,
      max: 1,
    },
    levels: {
      kind: "integer",
      about: "Steps between 0 and the scale: the fewer, the coarser. With qsgd.",
      min: 1,
      max: 127,
      default: 127,
    },
    blockSize: {
      kind: "integer",
      about: "Values that share a scale: the fewer, the more exact and the more bytes. With int8 and qsgd.",
      min: 1,
      default: 2_048,
    },
  },
} as const satisfies OptionDescription;
