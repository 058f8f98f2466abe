import type { ResolvedLayer } from "../models/resolve-model.js";
import { addBiasGradient } from "./activations.js";
import type { CompiledLayer } from "./compile-layers.js";
import type { PlanBuilder, Values } from "./plan-builder.js";

type Pooling = Extract<ResolvedLayer, { type: "maxPooling2d" | "averagePooling2d" }>;
interface GlobalPooling {
  readonly type: "globalMaxPooling2d" | "globalAveragePooling2d";
  readonly inputShape: readonly number[];
}
type Shape = readonly [number, number, number];

/** Largest or mean of each window. */
export function compilePooling(plan: PlanBuilder, layer: Pooling, from: Source): CompiledLayer {
  const { window, inputShape, outputShape } = layer;
  return compileWindows(plan, {
    takesMost: layer.type === "maxPooling2d",
    ...from,
    inputShape: inputShape as Shape,
    outputShape: outputShape as Shape,
    window,
  });
}

/** Largest or mean of all of a channel: a window as large as the image. */
export function compileGlobalPooling(plan: PlanBuilder, layer: GlobalPooling, from: Source): CompiledLayer {
  const [height, width, channels] = layer.inputShape as Shape;
  return compileWindows(plan, {
    takesMost: layer.type === "globalMaxPooling2d",
    ...from,
    inputShape: [height, width, channels],
    outputShape: [1, 1, channels],
    window: { height, width, strideHeight: height, strideWidth: width, padTop: 0, padLeft: 0 },
  });
}

/** What is pooled, and the layer that it comes from. */
interface Source {
  readonly input: Values;
  readonly before: CompiledLayer | undefined;
}

interface Windows extends Source {
  readonly takesMost: boolean;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly window: Omit<Pooling["window"], "padding">;
}

function compileWindows(plan: PlanBuilder, windows: Windows): CompiledLayer {
  const { kernels } = plan;
  const { takesMost, input, window } = windows;
  const [inH, inW, channels] = windows.inputShape;
  const [outH, outW] = windows.outputShape;
  const { height: h, width: w, strideHeight: sH, strideWidth: sW, padTop: top, padLeft: left } = window;
  const output = plan.values(outH * outW * channels);
  const y = output.address;
  const x = input.address;
  const forward = takesMost ? kernels.maxPool : kernels.averagePool;
  plan.add((n) => forward(y, x, n, inH, inW, channels, h, w, sH, sW, top, left, outH, outW));
  return {
    output,
    backward({ address: dy }, needsInput) {
      if (!needsInput) return undefined;
      const relu = takesMost ? windows.before?.handOver?.() : undefined;
      if (relu) addBiasGradient(plan, relu, { dy, y, size: output.size });
      const gradient = plan.values(input.size);
      const dx = gradient.address;
      plan.add(
        takesMost
          ? (n) =>
              kernels.maxPoolGradient(
                dx,
                dy,
                x,
                y,
                n,
                inH,
                inW,
                channels,
                h,
                w,
                sH,
                sW,
                top,
                left,
                outH,
                outW,
              )
          : (n) =>
              kernels.averagePoolGradient(dx, dy, n, inH, inW, channels, h, w, sH, sW, top, left, outH, outW),
      );
      return gradient;
    },
  };
}
