import type { Initializer } from "../models/model-spec.js";

type Config = Readonly<Record<string, unknown>>;

/** What TensorFlow.js calls by one name, with other settings. */
const initializers: readonly [Initializer, className: string, config: Config][] = [
  ["zeros", "Zeros", {}],
  ["ones", "Ones", {}],
  ["glorotUniform", "VarianceScaling", { scale: 1, mode: "fanAvg", distribution: "uniform" }],
  ["heNormal", "VarianceScaling", { scale: 2, mode: "fanIn", distribution: "normal" }],
  ["heUniform", "VarianceScaling", { scale: 2, mode: "fanIn", distribution: "uniform" }],
];

/** The initializer that a layer's configuration tells; none for one that Fedloom has not, which leaves the default. */
export function initializerOf(serialized: unknown): { initializer?: Initializer } {
  const given = serialized as { className?: string; config?: Config } | undefined;
  const found = initializers.find(
    ([, className, settings]) =>
      given?.className === className &&
      Object.entries(settings).every(([key, value]) => given.config?.[key] === value),
  );
  return found ? { initializer: found[0] } : {};
}
