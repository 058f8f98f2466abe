import type { StreamsOptions } from "./streams.js";

/** Streams without limits, for tests that set one. */
export function testingStreams(options: Partial<StreamsOptions> = {}): StreamsOptions {
  return {
    maxEvents: 1e6,
    maxBytes: 1e9,
    maxAgeMs: 1e9,
    maxStreams: 1e3,
    maxTotalBytes: 1e9,
    maxSources: 1e3,
    clock: () => 0,
    ...options,
  };
}
