/** Sizes of a two-dimensional convolution, in the order in which the kernels take them. */
export type ConvolutionSizes = [
  batch: number,
  inHeight: number,
  inWidth: number,
  inChannels: number,
  filterHeight: number,
  filterWidth: number,
  strideHeight: number,
  strideWidth: number,
  padTop: number,
  padLeft: number,
  outHeight: number,
  outWidth: number,
  /** Of a depthwise convolution: outputs per input channel. */
  outChannelsOrMultiplier: number,
];

type Forward = (
  y: number,
  x: number,
  w: number,
  bias: number,
  activation: number,
  ...sizesAndScratch: [...ConvolutionSizes, scratch: number]
) => void;

type FilterGradient = (
  dw: number,
  x: number,
  dy: number,
  ...sizesAndScratch: [...ConvolutionSizes, scratch: number]
) => void;

type InputGradient = (
  dx: number,
  dy: number,
  w: number,
  ...sizesAndScratch: [...ConvolutionSizes, scratch: number]
) => void;

/** Bytes of scratch; kind 0 is the forward pass, 1 the filter's gradient, 2 the input's. */
type Scratch = (kind: number, ...sizes: ConvolutionSizes) => number;

/**
 * Products of float32 matrices and images, row by row, in the memory the module was opened on.
 *
 * Places are byte addresses, multiples of 4. No result may overlap an operand. `bias` may be 0 for none; `activation` is 0
 * for none, 1 for relu, 2 for relu6. `scratch` is a block of as many bytes as the scratch function with the same sizes
 * says, best a multiple of 64. A row of a result never depends on how many rows or images there are beside it.
 */
export interface ProductKernels {
  /** C[m,n] = A[m,k] B[k,n], or added to C; transposed operands are stored as [k,m] and [n,k]. */
  matMul(
    c: number,
    a: number,
    b: number,
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
    accumulate: boolean,
    scratch: number,
  ): void;
  matMulScratch(m: number, n: number, k: number, transposeA: boolean, transposeB: boolean): number;
  /** C[m,n] = activation(A[m,k] B[k,n] + bias[n]); its scratch is that of matMul. */
  matMulBias(
    c: number,
    a: number,
    b: number,
    bias: number,
    activation: number,
    m: number,
    n: number,
    k: number,
    scratch: number,
  ): void;
  /** Images [batch, height, width, channels], filters [filterHeight, filterWidth, inChannels, outChannels]. */
  conv2d: Forward;
  conv2dFilterGradient: FilterGradient;
  conv2dInputGradient: InputGradient;
  conv2dScratch: Scratch;
  /** Filters [filterHeight, filterWidth, inChannels, multiplier]; output channel c * multiplier + j is made of c. */
  depthwiseConv2d: Forward;
  depthwiseFilterGradient: FilterGradient;
  depthwiseInputGradient: InputGradient;
  depthwiseScratch: Scratch;
}
