import { useCallback, useMemo, useState } from "react";
import { useSearch } from "../router.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { formatCountOf } from "../ui/format.js";
import { Loading } from "../ui/loading.js";
import { Notice } from "../ui/notice.js";
import { PageTitle } from "../ui/page-title.js";
import { useNow } from "../ui/use-now.js";
import { AddMachine } from "./add-machine.js";
import { HealthPanel } from "./health-panel.js";
import { HistoryCharts } from "./history-charts.js";
import { rangeOf, widthOf } from "./history-range.js";
import { HostCards } from "./host-cards.js";
import { inOrder } from "./hosts.js";
import { NoMachines } from "./no-machines.js";
import { useHosts } from "./use-hosts.js";

/** Every machine as it is and was, and how the server itself is. */
export function SystemPage() {
  const [search, changeSearch] = useSearch();
  const range = rangeOf(search.get("range"));
  const { spanMs } = range;
  const shape = useMemo(() => ({ spanMs, widthMs: widthOf(spanMs) }), [spanMs]);
  const system = useHosts(shape);
  const { hosts, following, error, again } = system;
  const now = useNow(true);
  const [isAdding, setAdding] = useState(false);
  const choose = useCallback(
    (host: string) => {
      changeSearch({ host });
      if (host !== "") document.getElementById("history")?.scrollIntoView({ block: "start" });
    },
    [changeSearch],
  );

  const views = hosts ? inOrder(hosts, now) : [];
  const chosen = search.get("host") ?? "";
  const host = hosts?.has(chosen) ? chosen : undefined;
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex flex-wrap items-baseline gap-x-4">
          <PageTitle>System</PageTitle>
          {hosts && (
            <p role="status" className="text-muted text-sm">
              {formatCountOf(views.length, "machine")} ·{" "}
              {following === "live" ? "as it happens" : "asked for every 5 seconds, since nothing is pushed"}
            </p>
          )}
        </div>
        <Button onClick={() => setAdding(true)} aria-haspopup="dialog">
          Add a machine
        </Button>
      </div>
      {error && (
        <div className="mb-5">
          <Notice tone="warn" title={hosts ? "Not up to date" : "The machines could not be read"}>
            Trying again: {error.message}.
          </Notice>
        </div>
      )}
      {!hosts && !error && <Loading what="the machines" />}
      {hosts && views.length === 0 && <NoMachines />}
      {views.length > 0 && (
        <HostCards views={views} now={now} chosen={host} onChoose={choose} onForgotten={again} />
      )}
      {views.length > 0 && (
        <HistoryCharts
          system={system}
          views={views}
          host={host}
          range={range}
          onRange={(next) => changeSearch({ range: next })}
          onHost={(next) => changeSearch({ host: next })}
        />
      )}
      <HealthPanel />
      <Dialog title="Add a machine" isOpen={isAdding} onClose={() => setAdding(false)} isWide>
        <AddMachine />
      </Dialog>
    </>
  );
}
