/** A memory that WebAssembly modules can share; its buffer is another one after it grew. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Bytes that a page of such a memory has. */
export const WASM_PAGE = 65_536;

interface WebAssemblyGlobal {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  readonly Memory: new (options: { initial: number; maximum?: number }) => WasmMemory;
  validate(bytes: Uint8Array): boolean;
}

/** WebAssembly is a global of Node and of browsers alike, but not of the ECMAScript library types. */
export const WebAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal }).WebAssembly;
