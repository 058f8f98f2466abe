import type { MatrixKernels } from "@fedloom/kernels";
import type { ResolvedLayer } from "../models/resolve-model.js";
import { planActivation } from "./activations.js";
import type { CompiledLayer } from "./compile-layers.js";
import { compileProduct } from "./dense.js";
import type { PlanBuilder, Values } from "./plan-builder.js";

type Layer = Extract<ResolvedLayer, { type: "conv2d" | "depthwiseConv2d" | "separableConv2d" }>;
type Activation = Layer["activation"];

/** activation(filters over x + b). */
export function compileConvolution(
  plan: PlanBuilder,
  layer: Extract<Layer, { type: "conv2d" }>,
  input: Values,
): CompiledLayer {
  const { name, window, useBias, activation, inputShape, outputShape } = layer;
  const [height, width, inputs] = inputShape as Shape;
  const [outHeight, outWidth, outputs] = outputShape as Shape;
  const { strideHeight, strideWidth } = window;
  const bias = useBias ? plan.weight(name, "bias") : 0;
  const biasGradient = useBias ? plan.gradient(name, "bias") : 0;
  const isProduct = window.height * window.width * strideHeight * strideWidth === 1;
  const weights = plan.weight(name, "kernel");
  const weightsGradient = plan.gradient(name, "kernel");
  if (isProduct) {
    const rows = height * width;
    return compileProduct(plan, {
      input,
      rows,
      inputs,
      outputs,
      activation,
      weights,
      weightsGradient,
      bias,
      biasGradient,
    });
  }
  return compileFilters(plan, {
    layer,
    input,
    kernels: {
      forward: plan.kernels.conv2d,
      filterGradient: plan.kernels.conv2dFilterGradient,
      inputGradient: plan.kernels.conv2dInputGradient,
      scratch: plan.kernels.conv2dScratch,
    },
    weights,
    weightsGradient,
    bias,
    biasGradient,
    activation,
    out: [outHeight, outWidth, outputs],
    last: outputs,
  });
}

/** Filters for each channel on its own; for a separable convolution, then products over the channels. */
export function compileDepthwise(
  plan: PlanBuilder,
  layer: Extract<Layer, { depthMultiplier: number }>,
  input: Values,
): CompiledLayer {
  const { name, useBias, depthMultiplier, inputShape, outputShape } = layer;
  const [, , channels] = inputShape as Shape;
  const [outHeight, outWidth, outputs] = outputShape as Shape;
  const isSeparable = layer.type === "separableConv2d";
  const spread = channels * depthMultiplier;
  const bias = useBias ? plan.weight(name, "bias") : 0;
  const biasGradient = useBias ? plan.gradient(name, "bias") : 0;
  const depthwise = compileFilters(plan, {
    layer,
    input,
    kernels: {
      forward: plan.kernels.depthwiseConv2d,
      filterGradient: plan.kernels.depthwiseFilterGradient,
      inputGradient: plan.kernels.depthwiseInputGradient,
      scratch: plan.kernels.depthwiseScratch,
    },
    weights: plan.weight(name, "depthwise_kernel"),
    weightsGradient: plan.gradient(name, "depthwise_kernel"),
    bias: isSeparable ? 0 : bias,
    biasGradient: isSeparable ? 0 : biasGradient,
    activation: isSeparable ? "linear" : layer.activation,
    out: [outHeight, outWidth, spread],
    last: depthMultiplier,
  });
  if (!isSeparable) return depthwise;
  const pointwise = compileProduct(plan, {
    input: depthwise.output,
    rows: outHeight * outWidth,
    inputs: spread,
    outputs,
    activation: layer.activation,
    weights: plan.weight(name, "pointwise_kernel"),
    weightsGradient: plan.gradient(name, "pointwise_kernel"),
    bias,
    biasGradient,
  });
  if (!plan.isTraining) plan.release(depthwise.output);
  return {
    output: pointwise.output,
    ...(pointwise.handOver && { handOver: pointwise.handOver }),
    backward(gradient, needsInput) {
      const needed = needsInput || plan.gradient(name, "depthwise_kernel") !== 0;
      const between = pointwise.backward(gradient, needed);
      if (!between) return undefined;
      const first = depthwise.backward(between, needsInput);
      plan.release(between);
      plan.release(depthwise.output);
      return first;
    },
  };
}

type Shape = readonly [number, number, number];

interface Filters {
  readonly layer: Layer;
  readonly input: Values;
  readonly kernels: {
    readonly forward: MatrixKernels["conv2d"];
    readonly filterGradient: MatrixKernels["conv2dFilterGradient"];
    readonly inputGradient: MatrixKernels["conv2dInputGradient"];
    readonly scratch: MatrixKernels["conv2dScratch"];
  };
  readonly weights: number;
  readonly weightsGradient: number;
  readonly bias: number;
  readonly biasGradient: number;
  readonly activation: Activation;
  readonly out: Shape;
  /** Output channels, or those per input channel of a depthwise convolution. */
  readonly last: number;
}

function compileFilters(plan: PlanBuilder, filters: Filters): CompiledLayer {
  const { input, kernels, weights, weightsGradient, bias, out, last } = filters;
  const { window, inputShape } = filters.layer;
  const [inH, inW, inC] = inputShape as Shape;
  const { height: fH, width: fW, strideHeight: sH, strideWidth: sW, padTop: top, padLeft: left } = window;
  const [outH, outW, columns] = out;
  const scratchFor = (kind: number) =>
    plan.scratch(
      kernels.scratch(kind, plan.capacity, inH, inW, inC, fH, fW, sH, sW, top, left, outH, outW, last),
    );
  const after = planActivation(plan, filters.activation, {
    size: outH * outW * columns,
    bias: { gradient: filters.biasGradient, columns },
  });
  const { fused } = after;
  const y = after.product.address;
  const x = input.address;
  const scratch = scratchFor(0);
  const { forward, filterGradient, inputGradient } = kernels;
  plan.add((n) =>
    forward(
      y,
      x,
      weights,
      bias,
      fused,
      n,
      inH,
      inW,
      inC,
      fH,
      fW,
      sH,
      sW,
      top,
      left,
      outH,
      outW,
      last,
      scratch,
    ),
  );
  after.finish();
  return {
    output: after.output,
    ...(after.handOver && { handOver: after.handOver }),
    backward(gradient, needsInput) {
      const dy = gradient.address;
      const dw = weightsGradient;
      after.backward(gradient);
      if (dw) {
        const scratch = scratchFor(1);
        plan.add((n) =>
          filterGradient(dw, x, dy, n, inH, inW, inC, fH, fW, sH, sW, top, left, outH, outW, last, scratch),
        );
      }
      if (!needsInput) return undefined;
      const dx = plan.values(input.size);
      const to = dx.address;
      const scratch = scratchFor(2);
      plan.add((n) =>
        inputGradient(
          to,
          dy,
          weights,
          n,
          inH,
          inW,
          inC,
          fH,
          fW,
          sH,
          sW,
          top,
          left,
          outH,
          outW,
          last,
          scratch,
        ),
      );
      return dx;
    },
  };
}
