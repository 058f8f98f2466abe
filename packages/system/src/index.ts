// Measuring this machine
export type { SystemSample, SystemSampler, SystemSamplerOptions } from "./system-sampler.js";
export { createSystemSampler, SAMPLE_INTERVAL_MS } from "./system-sampler.js";
