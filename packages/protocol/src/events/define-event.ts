import type { z } from "zod";
import { defineWireObject, type WireObject } from "../wire-object.js";

export interface EventTraits {
  /**
   * Of a gauge only the latest value matters, so it may be conflated; every other event is delivered.
   * Says, from the data in wire form, which gauge of the run or host an event is a value of; undefined for none.
   */
  gaugeKey?: (data: Readonly<Record<string, unknown>>) => string | undefined;
}

export interface EventDefinition<Type extends string, Shape extends Record<string, z.ZodType>> {
  readonly type: Type;
  readonly data: WireObject<Shape>;
  readonly gaugeKey: NonNullable<EventTraits["gaugeKey"]>;
}

export function defineEvent<const Type extends string, Shape extends Record<string, z.ZodType>>(
  type: Type,
  shape: Shape,
  traits: EventTraits = {},
): EventDefinition<Type, Shape> {
  return { type, data: defineWireObject(shape), gaugeKey: traits.gaugeKey ?? (() => undefined) };
}
