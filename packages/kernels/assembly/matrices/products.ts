export { conv2d } from "./conv2d";
export { conv2dFilterGradient } from "./conv2d-filter-gradient";
export { conv2dInputGradient } from "./conv2d-input-gradient";
export { conv2dScratch } from "./conv2d-scratch";
export {
  depthwiseConv2d, depthwiseFilterGradient, depthwiseInputGradient, depthwiseScratch,
} from "./depthwise";
export { matMul, matMulBias, matMulScratch } from "./mat-mul";
