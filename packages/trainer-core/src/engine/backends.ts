import type { EngineName } from "./open-engine.js";
import { registerWasmKernels } from "./wasm-kernels/register-wasm-kernels.js";

/** Loads a backend's code, only when it is wanted, and answers its name within TensorFlow.js. */
export const backends: Readonly<Record<EngineName, () => Promise<string>>> = {
  "tfjs-node": async () => {
    const util = (await import("node:util")).default as unknown as Record<string, unknown>;
    // tfjs-node 4.22 calls two functions that Node 23 has removed.
    util.isNullOrUndefined ??= (value: unknown) => value == null;
    util.isArray ??= Array.isArray;
    try {
      await import("@tensorflow/tfjs-node");
    } catch (cause) {
      // Its own message is a page long, with the paths it looked at.
      const isMissing = (cause as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND";
      throw new Error(isMissing ? "it is not installed" : "its native part does not load", { cause });
    }
    return "tensorflow";
  },

  wasm: async () => {
    const { setBackend } = await import("@tensorflow/tfjs-core");
    await import("@tensorflow/tfjs-backend-wasm");
    await withoutExceptionHandlers(() => setBackend("wasm"));
    registerWasmKernels();
    return "wasm";
  },

  cpu: async () => {
    await import("@tensorflow/tfjs-backend-cpu");
    return "cpu";
  },
};

/**
 * The WASM backend's glue installs process-wide handlers that throw every uncaught error and rejection again, past the
 * handlers of the program that it is a part of. This takes them out.
 */
async function withoutExceptionHandlers(body: () => Promise<unknown>): Promise<void> {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => new Set(process.listeners(event as never)));
  await body();
  for (const [i, event] of events.entries()) {
    for (const listener of process.listeners(event as never)) {
      if (!before[i]?.has(listener)) process.removeListener(event, listener);
    }
  }
}
