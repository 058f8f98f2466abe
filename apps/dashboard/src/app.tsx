import { lazy, Suspense } from "react";
import { AccessGate } from "./access/access-gate.js";
import { SignOutButton } from "./access/sign-out-button.js";
import { Link, type Route, routeOf, usePath } from "./router.js";
import { RunsPage } from "./runs/runs-page.js";
import { buttonClass } from "./ui/button.js";
import { Loading } from "./ui/loading.js";
import { Logo } from "./ui/logo.js";
import { PageTitle } from "./ui/page-title.js";
import { ThemeToggle } from "./ui/theme-toggle.js";

const NewRunPage = lazy(async () => ({ default: (await import("./new-run/new-run-page.js")).NewRunPage }));
const RunPage = lazy(async () => ({ default: (await import("./run/run-page.js")).RunPage }));

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
        <div className="mx-auto flex max-w-6xl items-center gap-2 px-4 py-2.5 sm:gap-4">
          <Link href="/" className="flex items-center gap-2 rounded-md font-semibold tracking-tight">
            <Logo />
            Fedloom
          </Link>
          <nav aria-label="Main" className="ml-1 flex-1">
            <Link
              href="/"
              aria-current={route.page === "runs" ? "page" : undefined}
              className="rounded-md px-2 py-1.5 text-muted text-sm hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              Runs
            </Link>
          </nav>
          <SignOutButton />
          <ThemeToggle />
          <Link
            href="/new"
            aria-current={route.page === "new" ? "page" : undefined}
            className={buttonClass("primary")}
          >
            New run
          </Link>
        </div>
      </header>
      <main id="main" className="mx-auto max-w-6xl px-4 py-6 sm:py-8">
        <Suspense fallback={<Loading what="the page" />}>
          <AccessGate>
            <Screen route={route} />
          </AccessGate>
        </Suspense>
      </main>
    </>
  );
}

function Screen({ route }: { route: Route }) {
  switch (route.page) {
    case "runs":
      return <RunsPage />;
    case "new":
      return <NewRunPage />;
    case "run":
      return <RunPage key={route.runId} runId={route.runId} />;
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
