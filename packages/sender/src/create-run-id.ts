const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** Makes a run id: a ULID (48 bits of time in ms, 80 random bits), so that ids sort by their time. */
export function createRunId(now: number = Date.now()): string {
  let time = "";
  for (let rest = now, length = 0; length < TIME_LENGTH; length++) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  const random = crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH));
  return time + Array.from(random, (byte) => ALPHABET.charAt(byte % 32)).join("");
}
