import type { Readable } from "node:stream";
import { uploadedData, uploadQuery } from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import { ServerError } from "../errors.js";
import { withSchemas } from "./runs/run-routes.js";
import { saveUpload } from "./save-upload.js";
import { BODY_TYPES } from "./tidy-document.js";

/** Largest file that can be uploaded. */
export const MAX_UPLOAD_BYTES = 256 * 1024 * 1024;
/** Each writes to the disk for as long as it takes. */
const MAX_AT_ONCE = 4;
const TYPES = ["application/octet-stream", "application/zip", "text/csv"];

/** `POST /api/data`: takes a file of samples that a run can train on. */
export function addDataRoute(app: FastifyInstance, { dataDirectory }: { dataDirectory: string }): void {
  let numUploads = 0;
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Handed on as it comes: nothing holds the whole of it.
    scope.addContentTypeParser(
      TYPES,
      { bodyLimit: MAX_UPLOAD_BYTES },
      async (_request: unknown, body: Readable) => body,
    );
    withSchemas(scope).post(
      "/api/data",
      {
        config: { access: "admin" },
        bodyLimit: MAX_UPLOAD_BYTES,
        schema: {
          summary: "Upload samples: a MedMNIST .npz, or a table as CSV",
          description: `The body is the file itself, of at most ${MAX_UPLOAD_BYTES / 1024 / 1024} MiB. The same file is kept once.`,
          tags: ["files"],
          operationId: "uploadData",
          [BODY_TYPES]: TYPES,
          querystring: uploadQuery,
          response: { 201: uploadedData },
        },
      },
      async (request, reply) => {
        if (numUploads >= MAX_AT_ONCE) {
          throw new ServerError("too_busy", `${MAX_AT_ONCE} files are being uploaded; try again later`);
        }
        numUploads += 1;
        try {
          const saved = await saveUpload(request.body as Readable | undefined, {
            kind: request.query.kind,
            dataDirectory,
            maxBytes: MAX_UPLOAD_BYTES,
            numBytesTold: Number(request.headers["content-length"] ?? 0),
          });
          const { path, numBytes, sha256 } = saved;
          return await reply.code(201).send({ data_path: path, num_bytes: numBytes, sha256 });
        } finally {
          numUploads -= 1;
        }
      },
    );
  });
}
