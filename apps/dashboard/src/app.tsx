import { lazy, Suspense } from "react";
import { AccessGate } from "./access/access-gate.js";
import { SignOutButton } from "./access/sign-out-button.js";
import { AppKeys } from "./keyboard/app-keys.js";
import { Link, type Route, routeOf, usePath } from "./router.js";
import { RunsPage } from "./runs/runs-page.js";
import { buttonClass } from "./ui/button.js";
import { Loading } from "./ui/loading.js";
import { Logo } from "./ui/logo.js";
import { PageTitle } from "./ui/page-title.js";
import { ThemeToggle } from "./ui/theme-toggle.js";

const NewRunPage = lazy(async () => ({ default: (await import("./new-run/new-run-page.js")).NewRunPage }));
const RunPage = lazy(async () => ({ default: (await import("./run/run-page.js")).RunPage }));
const ComparePage = lazy(async () => ({ default: (await import("./compare/compare-page.js")).ComparePage }));
const SystemPage = lazy(async () => ({ default: (await import("./system/system-page.js")).SystemPage }));
const AlertsPage = lazy(async () => ({ default: (await import("./alerts/alerts-page.js")).AlertsPage }));
const FiringCount = lazy(async () => ({ default: (await import("./alerts/firing-count.js")).FiringCount }));
const CriticalToast = lazy(async () => ({
  default: (await import("./alerts/critical-toast.js")).CriticalToast,
}));

/** Screens that the bar leads to; `covers` are those that belong to one of them. */
const SCREENS = [
  { href: "/", label: "Runs", covers: ["runs", "run"] },
  { href: "/compare", label: "Compare", covers: ["compare"] },
  { href: "/system", label: "System", covers: ["system"] },
  { href: "/alerts", label: "Alerts", covers: ["alerts"] },
];

/** The whole page: bar with navigation, and the screen that the address names. */
export function App() {
  const route = routeOf(usePath());
  return (
    <>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-20 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      <header className="border-line border-b bg-surface">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-2 px-4 py-2 sm:gap-x-4">
          <Link href="/" className="flex items-center gap-2 rounded-md font-semibold tracking-tight">
            <Logo />
            Fedloom
          </Link>
          <nav
            aria-label="Main"
            className="order-last -mx-2 flex w-full overflow-x-auto sm:order-none sm:mx-0 sm:w-auto"
          >
            {SCREENS.map(({ href, label, covers }) => (
              <Link
                key={href}
                href={href}
                aria-current={covers.includes(route.page) ? "page" : undefined}
                className="rounded-md px-2 py-1.5 text-muted text-sm hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
              >
                {label}
                {href === "/alerts" && (
                  <Suspense>
                    <FiringCount />
                  </Suspense>
                )}
              </Link>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-2 sm:gap-3">
            <SignOutButton />
            <AppKeys />
            <ThemeToggle />
            <Link
              href="/new"
              aria-current={route.page === "new" ? "page" : undefined}
              className={buttonClass("primary")}
            >
              New run
            </Link>
          </div>
        </div>
      </header>
      <main id="main" className="mx-auto max-w-7xl px-4 py-6 sm:py-8">
        <Suspense fallback={<Loading what="the page" />}>
          <AccessGate>
            <Screen route={route} />
          </AccessGate>
        </Suspense>
      </main>
      <Suspense>
        <CriticalToast />
      </Suspense>
    </>
  );
}

function Screen({ route }: { route: Route }) {
  switch (route.page) {
    case "runs":
      return <RunsPage />;
    case "new":
      return <NewRunPage />;
    case "compare":
      return <ComparePage />;
    case "system":
      return <SystemPage />;
    case "alerts":
      return <AlertsPage />;
    case "run":
      return <RunPage key={route.runId} runId={route.runId} tab={route.tab} />;
    default:
      return (
        <>
          <PageTitle>There is no such page</PageTitle>
          <p className="mt-2 text-muted">
            The address does not belong to anything here.{" "}
            <Link href="/" className="text-accent underline">
              Go to the runs
            </Link>
          </p>
        </>
      );
  }
}
