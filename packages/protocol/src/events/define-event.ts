import type { z } from "zod";
import { defineWireObject, toSnakeCase, type WireObject } from "../wire-object.js";

/**
 * Of a gauge only the latest value matters, so it may be conflated; every other event is delivered.
 * Names are those in TypeScript.
 */
export interface Gauge {
  /** The fields that tell one gauge of a run or host from another. */
  readonly by: readonly string[];
  /** The field that makes an event of this type a gauge; always, when absent. */
  readonly when?: string;
}

/** Where the fields of a gauge stand in an event's data. */
export interface GaugeFields {
  readonly by: readonly string[];
  readonly when: string | undefined;
}

export interface EventDefinition<Type extends string, Shape extends Record<string, z.ZodType>> {
  readonly type: Type;
  readonly data: WireObject<Shape>;
  /** Undefined for events that must be delivered. */
  readonly gauge: { readonly camel: GaugeFields; readonly wire: GaugeFields } | undefined;
}

export function defineEvent<const Type extends string, Shape extends Record<string, z.ZodType>>(
  type: Type,
  shape: Shape,
  { gauge }: { gauge?: Gauge } = {},
): EventDefinition<Type, Shape> {
  return {
    type,
    data: defineWireObject(shape),
    gauge: gauge && {
      camel: { by: gauge.by, when: gauge.when },
      wire: { by: gauge.by.map(toSnakeCase), when: gauge.when && toSnakeCase(gauge.when) },
    },
  };
}
