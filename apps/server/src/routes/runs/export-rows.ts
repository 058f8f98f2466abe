import { Readable } from "node:stream";
import { stringify } from "csv-stringify/sync";
import type { FastifyReply, FastifyRequest } from "fastify";

export interface Export {
  /** Without its ending. */
  readonly fileName: string;
  readonly format: "csv" | "jsonl";
  /** Text, page by page. */
  readonly pages: AsyncGenerator<string>;
}

const TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl; charset=utf-8" } as const;

/** Answers with a file of any length: a page is read when the one before is on its way. */
export function sendExport(
  request: FastifyRequest,
  reply: FastifyReply,
  { fileName, format, pages }: Export,
) {
  reply.type(TYPES[format]).header("content-disposition", `attachment; filename="${fileName}.${format}"`);
  // Fastify would read the whole file to throw it away.
  return reply.send(request.method === "HEAD" ? "" : Readable.from(pages, { objectMode: false }));
}

/** Lines of a CSV file; `columns` are written before the first of them. */
export function csvLines(
  rows: readonly (readonly (string | number | undefined)[])[],
  columns?: readonly string[],
): string {
  return stringify(
    [
      ...(columns ? [columns] : []),
      ...rows.map((row) => row.map((cell) => (typeof cell === "string" ? plain(cell) : cell))),
    ],
    { quoted_match: /[\r\n]/ },
  );
}

/** Text that a spreadsheet would take for a formula gets an apostrophe, which makes it text. */
function plain(cell: string): string {
  return /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : cell;
}
