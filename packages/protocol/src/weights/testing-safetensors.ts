/** A safetensors file with any header and any data, for tests. */
export function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const file = new Uint8Array(8 + bytes.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true);
  file.set(bytes, 8);
  file.set(data, 8 + bytes.length);
  return file;
}

export const bytes = (count: number) => new Uint8Array(count);
export const entry = (begin: number, end: number, more: object = {}) => ({
  dtype: "U8",
  shape: [end - begin],
  data_offsets: [begin, end],
  ...more,
});
