import { type DragEvent, useRef, useState } from "react";
import { uploadData } from "../../api/data.js";
import { ApiError } from "../../api/errors.js";
import { refusalOf } from "../../api/refusal.js";
import { Button } from "../../ui/button.js";
import { formatBytes, formatPercent } from "../../ui/format.js";
import { problemSentence } from "../config/problem-sentence.js";
import { kindOfFile, refusalOfFile } from "../config/upload-file.js";
import { useRunForm } from "../form-context.js";

/** Takes a file of samples, chosen or dropped, and sends it to the server. */
export function DataUpload() {
  const { draft, catalog, problems, change, tell } = useRunForm();
  const picker = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState<{ name: string; share: number; stop: AbortController }>();
  const [isOver, setOver] = useState(false);
  const limit = catalog.data.upload_limit_bytes;
  const keep = (upload: { path: string; name: string; numBytes: number }) =>
    change(({ config }) => ({
      config: { ...config, data_path: upload.path },
      source: "upload",
      upload: { name: upload.name, numBytes: upload.numBytes },
    }));

  const send = async (file: File | undefined) => {
    if (!file) return;
    const refusal = refusalOfFile(file, limit);
    if (refusal !== undefined) return tell({ data_path: refusal });
    tell({});
    const stop = new AbortController();
    setSending({ name: file.name, share: 0, stop });
    try {
      const path = await uploadData(file, {
        kind: kindOfFile(file.name) ?? "csv",
        signal: stop.signal,
        onProgress: (share) => setSending({ name: file.name, share, stop }),
      });
      keep({ path, name: file.name, numBytes: file.size });
    } catch (cause) {
      if (!stop.signal.aborted) tell({ data_path: sentenceOf(cause) });
    } finally {
      setSending(undefined);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!sending) void send(event.dataTransfer.files[0]);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is for everybody
    <div
      data-field="data_path"
      tabIndex={-1}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`rounded-lg border border-dashed px-4 py-5 text-center ${isOver ? "border-accent bg-raised" : "border-strong"}`}
    >
      <input
        ref={picker}
        type="file"
        accept=".npz,.csv"
        className="hidden"
        aria-label="File to upload"
        onChange={({ target }) => {
          void send(target.files?.[0]);
          target.value = "";
        }}
      />
      {sending ? (
        <Sending {...sending} />
      ) : (
        <>
          {draft.upload && (
            <p className="mb-2">
              <bdi className="font-medium [overflow-wrap:anywhere]">{draft.upload.name}</bdi>{" "}
              <span className="text-muted">is on the server, {formatBytes(draft.upload.numBytes)}</span>
            </p>
          )}
          <Button onClick={() => picker.current?.click()}>
            {draft.upload ? "Choose another file" : "Choose a file"}
          </Button>
          <p className="mt-2 text-muted text-sm">
            Or drop it here: .npz in the form of MedMNIST, or .csv with one row for each sample; at most{" "}
            {formatBytes(limit)}. It is kept on the server.
          </p>
        </>
      )}
      <div role="alert">
        {problems.data_path && (
          <p className="mt-2 font-medium text-bad text-sm [overflow-wrap:anywhere]">{problems.data_path}</p>
        )}
      </div>
    </div>
  );
}

function Sending({ name, share, stop }: { name: string; share: number; stop: AbortController }) {
  return (
    <div className="mx-auto max-w-md space-y-2">
      <p className="[overflow-wrap:anywhere]">
        Sending <bdi className="font-medium">{name}</bdi>: {formatPercent(share)}
      </p>
      <div
        role="progressbar"
        aria-label="Sent"
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-2 overflow-hidden rounded-full bg-raised"
      >
        <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </div>
      <div>
        <Button onClick={() => stop.abort()}>Cancel the upload</Button>
      </div>
    </div>
  );
}

function sentenceOf(cause: unknown): string {
  if (!(cause instanceof ApiError)) return String(cause);
  return cause.expected === undefined ? refusalOf(cause) : problemSentence(cause);
}
