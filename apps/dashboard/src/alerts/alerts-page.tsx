import { type ReactNode, useState } from "react";
import { useSearch } from "../router.js";
import { Button } from "../ui/button.js";
import { PageTitle } from "../ui/page-title.js";
import { type Tab, Tabs } from "../ui/tabs.js";
import { useFiring } from "./firing-store.js";
import { FiringView } from "./list/firing-view.js";
import { HistoryView } from "./list/history-view.js";
import { RoutesView } from "./routes/routes-view.js";
import { RulesView } from "./rules/rules-view.js";
import { SilencesView } from "./silences/silences-view.js";
import { TestAlertDialog } from "./test-alert-dialog.js";

const VIEWS = {
  firing: { label: "Firing now", view: <FiringView /> },
  history: { label: "History", view: <HistoryView /> },
  rules: { label: "Rules", view: <RulesView /> },
  silences: { label: "Silences", view: <SilencesView /> },
  routes: { label: "Routes", view: <RoutesView /> },
} satisfies Record<string, { label: string; view: ReactNode }>;
type ViewName = keyof typeof VIEWS;

/** What is wrong and was, when to say so, and to whom. */
export function AlertsPage() {
  const [search] = useSearch();
  const { alerts } = useFiring();
  const [isTesting, setTesting] = useState(false);
  const wanted = search.get("view") ?? "";
  const current = wanted in VIEWS ? (wanted as ViewName) : "firing";
  const tabs = Object.entries(VIEWS).map(
    ([name, { label }]): Tab => ({
      href: name === "firing" ? "/alerts" : `/alerts?view=${name}`,
      label,
      isCurrent: name === current,
      ...(name === "firing" && { count: alerts?.length }),
    }),
  );
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <PageTitle>Alerts</PageTitle>
        <Button onClick={() => setTesting(true)} aria-haspopup="dialog">
          Send a test alert
        </Button>
      </div>
      <Tabs label="Alerts" tabs={tabs} />
      <div className="mt-5">{VIEWS[current].view}</div>
      <TestAlertDialog isOpen={isTesting} onClose={() => setTesting(false)} />
    </>
  );
}
