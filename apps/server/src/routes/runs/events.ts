import type { Database, StoredEvent } from "@fedloom/db";
import { eventList, eventsHeaders, eventsQuery, logList, logsQuery, runParams } from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { storedWireEvent } from "../../events/stored-wire-event.js";
import { csvLines, sendExport } from "./export-rows.js";
import { findRun, type RunRoutesOptions, withSchemas } from "./run-routes.js";

const EXPORT_PAGE = 500;
const COLUMNS = ["position", "type", "timestamp", "source", "seq", "offset", "epoch", "data"];

/** What happened in a run: in pages, as a file, or as it happens. */
export function addEventRoutes(app: FastifyInstance, { database, tail }: RunRoutesOptions): void {
  const routes = withSchemas(app);

  routes.get(
    "/api/runs/:run_id/events",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Stored events in order; with Accept: text/event-stream as they are stored",
        description:
          "A stream's ids are positions: with Last-Event-ID it goes on after one. A reader that does not read is cut off.",
        tags: ["events"],
        operationId: "listEvents",
        params: runParams,
        querystring: eventsQuery,
        headers: eventsHeaders,
        response: {
          200: {
            description: "The page, the file, or the stream",
            content: {
              "application/json": { schema: eventList },
              "text/event-stream": { schema: z.string() },
              "application/jsonl": { schema: z.string() },
              "text/csv": { schema: z.string() },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { params, query, headers } = request;
      const { runId } = await findRun(database, params.run_id);
      const { limit, type: types, format } = query;
      const after = query.after ?? 0;
      if (format !== "json") {
        const pages = exportPages(database, runId, { after, types, format });
        return sendExport(request, reply, { fileName: `${runId}-events`, format, pages }) as never;
      }
      if (request.headers.accept?.includes("text/event-stream")) {
        const from = Number(headers["last-event-id"] ?? after);
        reply.headers({
          "content-type": "text/event-stream",
          "cache-control": "no-cache",
          "x-accel-buffering": "no",
        });
        const stream = request.method === "HEAD" ? "" : tail.follow(runId, { after: from, types });
        return reply.send(stream as never) as never;
      }
      const events = await database.events.list(runId, { after, limit, types });
      return { events: events.map(storedWireEvent), next: nextOf(events, limit) };
    },
  );

  routes.get(
    "/api/runs/:run_id/logs",
    {
      config: { access: "viewer" },
      schema: {
        summary: "What a run's process said, line by line",
        tags: ["events"],
        operationId: "listLogs",
        params: runParams,
        querystring: logsQuery,
        response: { 200: logList },
      },
    },
    async ({ params, query }) => {
      const { runId } = await findRun(database, params.run_id);
      const events = await database.events.list(runId, { ...query, types: ["log"] });
      const logs = events.map(({ position, timestamp, payload }) => {
        const { level, message, attempt } = payload as { level: "info"; message: string; attempt?: number };
        return { position, timestamp, level, message, attempt };
      });
      return { run_id: runId, logs, next: nextOf(events, query.limit) };
    },
  );
}

function nextOf(events: readonly StoredEvent[], limit: number): number | null {
  return events.length === limit ? (events.at(-1)?.position ?? null) : null;
}

async function* exportPages(
  { events }: Pick<Database, "events">,
  runId: string,
  query: { after: number; types: readonly string[] | undefined; format: "csv" | "jsonl" },
): AsyncGenerator<string> {
  let { after } = query;
  let columns: readonly string[] | undefined = COLUMNS;
  let page: StoredEvent[];
  do {
    page = await events.list(runId, { after, limit: EXPORT_PAGE, types: query.types });
    if (query.format === "csv") yield csvLines(page.map(cells), columns);
    else yield page.map((event) => `${JSON.stringify(storedWireEvent(event))}\n`).join("");
    columns = undefined;
    after = page.at(-1)?.position ?? after;
  } while (page.length === EXPORT_PAGE);
}

function cells(event: StoredEvent) {
  const { position, type, timestamp, source, seq, offset, streamEpoch, payload } = event;
  return [position, type, timestamp, source, seq, offset, streamEpoch, JSON.stringify(payload)];
}
