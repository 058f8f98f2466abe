import type { AlertRecord } from "@fedloom/protocol";
import { useCallback, useEffect, useState } from "react";
import { type AlertQuery, listAlerts } from "../../api/alerts.js";
import type { ApiError } from "../../api/errors.js";
import { useAction } from "../../api/use-action.js";
import { useAsked } from "../../api/use-asked.js";
import { mergeAlerts } from "./merge-alerts.js";

const PAGE = 50;

interface Pages {
  /** Of which question these are the answers. */
  filter: string;
  alerts: AlertRecord[];
  /** Where the last page ended; undefined when there is nothing more. */
  next: string | undefined;
}

export interface AlertPages {
  alerts: readonly AlertRecord[] | undefined;
  hasMore: boolean;
  isReading: boolean;
  readMore: () => void;
  error: ApiError | undefined;
}

/** Alerts that fit a filter, page by page; the newest page is read again whenever `version` is another. */
export function useAlertPages(query: Omit<AlertQuery, "limit" | "after">, version: string): AlertPages {
  const filter = JSON.stringify(query);
  const [pages, setPages] = useState<Pages>();
  const ask = useCallback(
    async (signal: AbortSignal) => ({
      filter,
      ...(await listAlerts({ ...JSON.parse(filter), limit: PAGE }, signal)),
    }),
    [filter, version],
  );
  const newest = useAsked(ask);
  const { act, isActing, refusal } = useAction();
  useEffect(() => {
    const { value } = newest;
    if (!value) return;
    setPages((before) =>
      before?.filter === value.filter
        ? { ...before, alerts: mergeAlerts(before.alerts, value.alerts) }
        : value,
    );
  }, [newest.value]);

  const shown = pages?.filter === filter ? pages : undefined;
  const after = shown?.next;
  const readMore = () =>
    act(async () => {
      const page = await listAlerts({ ...query, limit: PAGE, after });
      setPages((before) =>
        before?.filter === filter
          ? { filter, alerts: mergeAlerts(before.alerts, page.alerts), next: page.next }
          : before,
      );
    });
  return {
    alerts: shown?.alerts,
    hasMore: after !== undefined,
    isReading: isActing || newest.isAsking,
    readMore: () => void readMore(),
    error: newest.error ?? refusal,
  };
}
