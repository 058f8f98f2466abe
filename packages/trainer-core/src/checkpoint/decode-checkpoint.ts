import { createLayout, decodeState, type TensorDeclaration } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";
import type { Checkpoint } from "./checkpoint.js";
import { type CheckpointHeader, hashOf, MAGIC, PREAMBLE, type Span, VERSION } from "./encode-checkpoint.js";

/**
 * The checkpoint that `encodeCheckpoint` has written, in new memory; `source` names the file in errors.
 * @throws TrainerError `invalid_checkpoint`, which names the place, what was expected and what was found, for bytes that
 * are cut off, damaged or something else.
 */
export function decodeCheckpoint(bytes: Uint8Array, source = "checkpoint"): Checkpoint {
  const refuse: Refuse = (place, expected, found, cause) => {
    throw new TrainerError(
      "invalid_checkpoint",
      `${source}: ${place}: expected ${expected}, found ${found}`,
      cause === undefined ? {} : { cause },
    );
  };
  if (!(bytes instanceof Uint8Array)) refuse("bytes", "a Uint8Array", String(bytes));
  checkPreamble(bytes, refuse);
  const header = readHeader(bytes, refuse);
  const { mode, step, config } = header;
  const weights = at(bytes, header.weights);
  try {
    const layout = createLayout(header.tensors as readonly TensorDeclaration[]);
    if (weights.length !== layout.size * 4) {
      refuse("weights", `${layout.size * 4} bytes, as the tensors ask for`, `${weights.length} bytes`);
    }
    const rest = decodeState(at(bytes, header.state)) as Pick<Checkpoint, "progress" | "state" | "callbacks">;
    checkRest(rest, layout.size, refuse);
    const { progress, state, callbacks } = rest;
    return {
      mode,
      step,
      config,
      layout,
      weights: new Float32Array(weights.buffer),
      progress,
      state,
      callbacks,
    };
  } catch (cause) {
    if (cause instanceof TrainerError) throw cause;
    return refuse(
      "state",
      "a state that can be read",
      cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
}

type Refuse = (place: string, expected: string, found: string, cause?: unknown) => never;

function checkPreamble(bytes: Uint8Array, refuse: Refuse): void {
  const start = bytes.subarray(0, MAGIC.length);
  if (bytes.length < MAGIC.length || MAGIC.some((byte, i) => start[i] !== byte)) {
    const found = bytes.length === 0 ? "nothing" : `bytes ${[...start].map(hex).join(" ")}`;
    refuse("bytes 0 to 3", `"FLCK" (${MAGIC.map(hex).join(" ")})`, found);
  }
  if (bytes.length < PREAMBLE.length)
    refuse("length", `at least ${PREAMBLE.length} bytes`, `${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint32(PREAMBLE.version, true);
  if (version !== VERSION) refuse("bytes 4 to 7", `version ${VERSION}`, `version ${version}`);
  const total = view.getFloat64(PREAMBLE.totalBytes, true);
  if (total !== bytes.length) refuse("length", `${total} bytes`, `${bytes.length}`);
  const [expected, found] = [view.getUint32(PREAMBLE.hash, true), hashOf(bytes)];
  if (expected !== found) refuse("bytes 12 to the end", `hash ${expected.toString(16)}`, found.toString(16));
}

function readHeader(bytes: Uint8Array, refuse: Refuse): CheckpointHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(PREAMBLE.headerBytes, true);
  const place = `header (bytes ${PREAMBLE.length} to ${PREAMBLE.length + length - 1})`;
  const text = at(bytes, { offset: PREAMBLE.length, bytes: length });
  let header: CheckpointHeader;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (cause) {
    return refuse(place, "JSON", "other text", cause);
  }
  const { mode, step, config, tensors, weights, state } = (header ?? {}) as Partial<CheckpointHeader>;
  if (mode !== "centralized" && mode !== "federated") {
    refuse(`${place}: mode`, "centralized or federated", String(mode));
  }
  if (!Number.isSafeInteger(step) || (step as number) < 1) {
    refuse(`${place}: step`, "an integer >= 1", String(step));
  }
  if (!isObject(config)) refuse(`${place}: config`, "an object", typeof config);
  if (!Array.isArray(tensors) || !tensors.every(isObject)) {
    refuse(`${place}: tensors`, "a list of tensors", typeof tensors);
  }
  for (const [name, span] of Object.entries({ weights, state })) {
    if (!isSpan(span, bytes.length))
      refuse(`${place}: ${name}`, "a place in the file", JSON.stringify(span) ?? "none");
  }
  return header;
}

function checkRest(rest: unknown, size: number, refuse: Refuse): void {
  const { progress, callbacks } = (isObject(rest) ? rest : {}) as Partial<Checkpoint>;
  if (!isObject(progress)) refuse("state: progress", "an object", typeof progress);
  if (!isObject(callbacks)) refuse("state: callbacks", "an object", typeof callbacks);
  const { elapsedMs, bytes, isOver, trained } = progress as Partial<Checkpoint["progress"]>;
  if (trained !== undefined && !(trained instanceof Float32Array && trained.length === size)) {
    refuse("state: progress.trained", `${size} weights`, String((trained as { length?: number }).length));
  }
  if (!(Number(elapsedMs) >= 0)) refuse("state: progress.elapsedMs", "a number >= 0", String(elapsedMs));
  if (!(Number(bytes) >= 0)) refuse("state: progress.bytes", "a number >= 0", String(bytes));
  if (typeof isOver !== "boolean") refuse("state: progress.isOver", "true or false", String(isOver));
}

function isSpan(span: unknown, length: number): span is Span {
  if (!isObject(span)) return false;
  const { offset, bytes } = span as Partial<Span>;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(bytes)) return false;
  return (
    (offset as number) >= 0 && (bytes as number) >= 0 && (offset as number) + (bytes as number) <= length
  );
}

/** A copy, so that it is aligned and keeps nothing else in memory. */
function at(bytes: Uint8Array, { offset, bytes: length }: Span): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes.subarray(offset, offset + length));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
