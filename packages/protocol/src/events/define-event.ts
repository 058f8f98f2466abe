import type { z } from "zod";
import { defineWireObject, type WireObject } from "../wire-object.js";

export interface EventTraits {
  /** A gauge may be conflated (the latest value wins); every other event is delivered. */
  gauge?: boolean;
}

export interface EventDefinition<Type extends string, Shape extends Record<string, z.ZodType>> {
  readonly type: Type;
  readonly data: WireObject<Shape>;
  readonly gauge: boolean;
}

export function defineEvent<const Type extends string, Shape extends Record<string, z.ZodType>>(
  type: Type,
  shape: Shape,
  traits: EventTraits = {},
): EventDefinition<Type, Shape> {
  return { type, data: defineWireObject(shape), gauge: traits.gauge ?? false };
}
