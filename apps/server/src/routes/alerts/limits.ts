import { z } from "zod";
import { ServerError } from "../../errors.js";

/** Answer of what leaves nothing to tell. */
export const NOTHING = z.null().describe("done");

/** Refuses one more of something that every event is compared with. */
export function refuseMore(numThere: number, most: number, what: string): void {
  if (numThere < most) return;
  throw new ServerError("limit_reached", `expected at most ${most} ${what}: delete one first`);
}
