import { env, setBackend } from "@tensorflow/tfjs-core";
import { correctAvgPoolGrad } from "./corrections/avg-pool-grad.js";
import { correctResizeNearestNeighborGrad } from "./corrections/resize-nearest-neighbor-grad.js";
import type { EngineName } from "./engine.js";
import { registerWasmKernels } from "./wasm-kernels/register-wasm-kernels.js";

/** Loads a backend's code, only when it is wanted, and answers its name within TensorFlow.js. */
export const backends: Readonly<Record<EngineName, () => Promise<string>>> = {
  "tfjs-node": async () => {
    if (typeof process === "undefined") throw new Error("it needs Node.js");
    // Named by variables: a bundler for browsers must not look for them.
    const [utilities, packageName] = ["node:util", "@tensorflow/tfjs-node"];
    const util = ((await import(/* @vite-ignore */ utilities)) as { default: Record<string, unknown> })
      .default;
    // tfjs-node 4.22 calls two functions that Node 23 has removed.
    util.isNullOrUndefined ??= (value: unknown) => value == null;
    util.isArray ??= Array.isArray;
    await optional(packageName, () => import(/* @vite-ignore */ packageName));
    return "tensorflow";
  },

  webgpu: async () => {
    const { navigator } = globalThis as { navigator?: object };
    if (!navigator || !("gpu" in navigator)) throw new Error("there is no navigator.gpu");
    await optional("@tensorflow/tfjs-backend-webgpu", () => import("@tensorflow/tfjs-backend-webgpu"));
    correctAvgPoolGrad("webgpu");
    return "webgpu";
  },

  webgl: async () => {
    if (!("OffscreenCanvas" in globalThis) && !("document" in globalThis)) {
      throw new Error("there is no canvas to draw on");
    }
    await optional("@tensorflow/tfjs-backend-webgl", () => import("@tensorflow/tfjs-backend-webgl"));
    correctAvgPoolGrad("webgl");
    return "webgl";
  },

  wasm: async () => {
    await import("@tensorflow/tfjs-backend-wasm");
    // The build with threads has shared memory, which our kernels' module cannot import.
    env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    await withoutExceptionHandlers(() => setBackend("wasm"));
    registerWasmKernels();
    return "wasm";
  },

  cpu: async () => {
    await import("@tensorflow/tfjs-backend-cpu");
    correctAvgPoolGrad("cpu");
    correctResizeNearestNeighborGrad();
    return "cpu";
  },
};

/** Loads a package that need not be there; the message says how to get it. */
async function optional(packageName: string, load: () => Promise<unknown>): Promise<void> {
  try {
    await load();
  } catch (cause) {
    // The library's own message is a page long, with the paths it looked at.
    const { code, message } = cause as { code?: unknown; message?: unknown };
    const isMissing = code === "ERR_MODULE_NOT_FOUND" || String(message).includes(`"${packageName}"`);
    const problem = isMissing ? "it is not installed" : "it is installed but does not load";
    const advice = isMissing
      ? `npm install ${packageName}`
      : `npm rebuild ${packageName} --build-addon-from-source`;
    throw new Error(`${problem} (${advice})`, { cause });
  }
}

/**
 * The WASM backend's glue installs process-wide handlers that throw every uncaught error and rejection again, past the
 * handlers of the program that it is a part of. This takes them out.
 */
async function withoutExceptionHandlers(body: () => Promise<unknown>): Promise<void> {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const listeners = (event: string) =>
    typeof process === "undefined" ? [] : (process.listeners?.(event as never) ?? []);
  const before = events.map((event) => new Set(listeners(event)));
  await body();
  for (const [i, event] of events.entries()) {
    for (const listener of listeners(event)) {
      if (!before[i]?.has(listener)) process.removeListener(event, listener);
    }
  }
}
