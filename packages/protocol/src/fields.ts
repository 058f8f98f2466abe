import { z } from "zod";

/** Longest name of a run, client, host, model or metric, in UTF-16 code units. */
export const MAX_NAME_LENGTH = 128;
/** Longest free text, such as an error message. */
export const MAX_TEXT_LENGTH = 4096;
/** Largest number of a round or an epoch: what a database's integer holds. */
export const MAX_ORDINAL = 2 ** 31 - 1;
/** Most entries of one metrics or labels map. */
export const MAX_MAP_ENTRIES = 256;

// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

export const runId = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, { error: "expected a ULID of 26 characters" });

export const name = z
  .string()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .refine((text) => !CONTROL_CHARACTERS.test(text), { error: "expected no control characters" });

export const text = z.string().max(MAX_TEXT_LENGTH);
/** UTC; years before 1970 are a broken clock, and PostgreSQL knows no year 0. */
export const timestamp = z.iso
  .datetime()
  .refine((text) => text >= "1970", { error: "expected a time since 1970" });
export const count = z.int().min(0);
/** Rounds and epochs are counted from 1. */
export const ordinal = z.int().min(1).max(MAX_ORDINAL);
export const durationMs = z.number().min(0);
export const bytes = z.int().min(0);
export const percent = z.number().min(0).max(100);

/**
 * A metric's value. JSON has no NaN and no Infinity, so on the wire they are the strings "NaN",
 * "Infinity" and "-Infinity"; `fromWire` turns them back into numbers, hence the type.
 */
export const metricValue = z.union([
  z.number(),
  z.enum(["NaN", "Infinity", "-Infinity"]),
]) as unknown as z.ZodType<number>;

export const metrics = z
  .record(name, metricValue)
  .refine((map) => Object.keys(map).length <= MAX_MAP_ENTRIES, {
    error: `expected at most ${MAX_MAP_ENTRIES} entries`,
  });

export const labels = z.record(name, text).refine((map) => Object.keys(map).length <= MAX_MAP_ENTRIES, {
  error: `expected at most ${MAX_MAP_ENTRIES} entries`,
});

/** Options of something that is chosen by name, such as a strategy; which there are is for that to say. */
export const optionTree = z
  .record(name, z.json())
  .refine((map) => Object.keys(map).length <= MAX_MAP_ENTRIES, {
    error: `expected at most ${MAX_MAP_ENTRIES} entries`,
  });
