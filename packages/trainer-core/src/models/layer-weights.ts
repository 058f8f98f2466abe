import type { Initializer, LayerSpec } from "./model-spec.js";
import { requireFlag, sizeOf } from "./require-field.js";
import type { WeightSpec } from "./resolved-layer.js";

/** A tensor of a layer before role and full name are known. */
export interface DeclaredWeight {
  /** Keras's name for it, such as `kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly fanIn: number;
  readonly fanOut: number;
  /** No optimizer touches it, such as a moving mean. */
  readonly isStatistic?: boolean;
}

interface Owner {
  readonly name: string;
  readonly spec: LayerSpec & { readonly trainable?: boolean; readonly personal?: boolean };
}

/** Whose the tensors of a layer are: everybody's, nobody's (frozen, statistics) or each client's own. */
export function weightsOf({ name: layer, spec }: Owner, declared: readonly DeclaredWeight[]): WeightSpec[] {
  const personal = requireFlag(`layer "${layer}": personal`, spec.personal, false);
  const layerTrains = requireFlag(`layer "${layer}": trainable`, spec.trainable, true);
  return declared.map(({ name, isStatistic = false, ...weight }) => {
    const trainable = layerTrains && !isStatistic;
    // What is frozen never changes: aggregated as a statistic, it costs no optimizer state.
    const role = personal ? "private" : trainable ? "trainable" : "statistic";
    return { name: `${layer}/${name}`, ...weight, role, trainable };
  });
}

export function biasOf(size: number): DeclaredWeight {
  return { name: "bias", shape: [size], initializer: "zeros", fanIn: size, fanOut: size };
}

/** Factor and offset of a normalization. */
export function scaleOf(shape: readonly number[], { scale, center }: { scale: boolean; center: boolean }) {
  const size = sizeOf(shape);
  const fans = { fanIn: size, fanOut: size };
  return [
    ...(scale ? [{ name: "gamma", shape, initializer: "ones", ...fans } as const] : []),
    ...(center ? [{ name: "beta", shape, initializer: "zeros", ...fans } as const] : []),
  ];
}

/** Moving mean and variance of each channel. */
export function momentsOf(channels: number): DeclaredWeight[] {
  const rest = { shape: [channels], fanIn: channels, fanOut: channels, isStatistic: true };
  return [
    { name: "moving_mean", initializer: "zeros", ...rest },
    { name: "moving_variance", initializer: "ones", ...rest },
  ];
}
