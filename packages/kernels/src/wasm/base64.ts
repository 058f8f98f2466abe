// `atob` is a global of Node and of browsers alike, but not of the ECMAScript library types.
declare const atob: (text: string) => string;

/** The bytes of a base64 text. */
export function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
