import { type PartitionPreview, partitionPreviewRequest } from "@fedloom/protocol";
import { useEffect, useState } from "react";
import { ApiError } from "../../api/errors.js";
import { previewPartition } from "../../api/partition-preview.js";
import { configOf, type Draft } from "../config/draft.js";

/** Long enough for a number to be typed to its end. */
const PAUSE_MS = 500;

export interface AskedPartition {
  /** The last answer, also while the next one is on its way. */
  preview?: PartitionPreview;
  error?: ApiError;
  isAsking: boolean;
}

/** Asks who would hold what, a moment after the last change of the fields that say so. */
export function usePartitionPreview(draft: Draft): AskedPartition {
  const [asked, setAsked] = useState<AskedPartition>({ isAsking: true });
  const isReady = draft.source === "made-up" || draft.config.data_path !== undefined;
  const fields = isReady ? JSON.stringify(fieldsOf(draft)) : undefined;
  useEffect(() => {
    if (fields === undefined) return setAsked({ isAsking: false });
    const stop = new AbortController();
    setAsked(({ error: _, ...before }) => ({ ...before, isAsking: true }));
    const timer = setTimeout(async () => {
      try {
        const preview = await previewPartition(JSON.parse(fields), stop.signal);
        if (!stop.signal.aborted) setAsked({ preview, isAsking: false });
      } catch (cause) {
        if (stop.signal.aborted) return;
        const error =
          cause instanceof ApiError ? cause : new ApiError(String(cause), { status: 0, code: "page", cause });
        setAsked({ error, isAsking: false });
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [fields]);
  return asked;
}

function fieldsOf(draft: Draft): Record<string, unknown> {
  const known = Object.keys(partitionPreviewRequest.shape);
  return Object.fromEntries(Object.entries(configOf(draft)).filter(([field]) => known.includes(field)));
}
