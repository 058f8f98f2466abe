import { crc32 } from "node:zlib";

/**
 * A record as a line of a spool file: the event's JSON with a checksum as its last member, so that every line is still
 * plain JSON. The checksum is the CRC-32 of the line's bytes before `,"crc"`, in hexadecimal.
 */
export function toSpoolLine(frame: string): string {
  const checked = frame.slice(0, -1);
  return `${checked},"crc":"${hex(crc32(checked))}"}\n`;
}

export interface SpoolLine {
  source: string;
  seq: number;
  /** The event's JSON, without the checksum. */
  frame: string;
}

const END =
  /,"meta":\{"source":("(?:[^"\\]|\\.)*"),"seq":(\d+)(?:,"skipped":\d+)?\},"crc":"([0-9a-f]{8})"\}$/;
/** Longest end of a line that can hold source, seq and checksum; the event before it is not looked at. */
const MAX_END = 1_024;

/** Reads a line, without its newline; undefined for one that is torn or damaged. */
export function parseSpoolLine(line: string): SpoolLine | undefined {
  const [, source, seq, crc] = END.exec(line.slice(-MAX_END)) ?? [];
  if (source === undefined || seq === undefined || crc === undefined) return undefined;
  const checked = line.slice(0, -`,"crc":"${crc}"}`.length);
  if (hex(crc32(checked)) !== crc) return undefined;
  return { source: JSON.parse(source) as string, seq: Number(seq), frame: `${checked}}` };
}

/** The run of a line, from its event's data. */
export function runIdOfLine({ frame }: SpoolLine): string | undefined {
  return /"run_id":"([0-9A-Z]{26})"/.exec(frame)?.[1];
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}
