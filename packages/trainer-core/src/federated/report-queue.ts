/** A queue between one writer that cannot wait and one reader that awaits. */
export interface ReportQueue<Report> {
  push(report: Report): void;
  /** No more will come; a reason makes the reader throw it, after what was pushed before. */
  end(error?: unknown): void;
  /** Read once. */
  read(): AsyncGenerator<Report, void, undefined>;
}

export function createReportQueue<Report>(): ReportQueue<Report> {
  const waiting: Report[] = [];
  let ended: { error?: unknown } | undefined;
  let wake: (() => void) | undefined;
  const notify = () => {
    wake?.();
    wake = undefined;
  };
  return {
    push(report) {
      waiting.push(report);
      notify();
    },
    end(error) {
      ended ??= error === undefined ? {} : { error };
      notify();
    },
    async *read() {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift() as Report;
        if (ended) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (ended.error !== undefined) throw ended.error;
    },
  };
}
