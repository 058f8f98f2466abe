import type { ApiError } from "./errors.js";

/** Why the server did not do what was asked, in a sentence; what a token may not do is said in so many words. */
export function refusalOf({ status, message }: ApiError): string {
  if (status === 403) return "This takes an admin's token, and yours is none.";
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`.replace(/\.\.$/, ".");
}
