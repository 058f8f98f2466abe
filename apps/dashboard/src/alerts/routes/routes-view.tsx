import type { AlertRoute } from "@fedloom/protocol";
import { useState } from "react";
import { deleteRoute, listRoutes } from "../../api/alert-routes.js";
import { listRules } from "../../api/alert-rules.js";
import { refusalOf } from "../../api/refusal.js";
import { useAsked } from "../../api/use-asked.js";
import { Button } from "../../ui/button.js";
import { Loading } from "../../ui/loading.js";
import { Notice } from "../../ui/notice.js";
import { DeleteDialog } from "../delete-dialog.js";
import { RouteDialog } from "./route-dialog.js";
import { RouteItem } from "./route-item.js";
import { SecretDialog } from "./secret-dialog.js";

type Open =
  | { what: "form"; route?: AlertRoute }
  | { what: "delete"; route: AlertRoute }
  | { what: "secret"; secret: string };

/** Where alerts go beside this page. */
export function RoutesView() {
  const { value: routes, error, again } = useAsked(listRoutes);
  const rules = useAsked(listRules).value ?? [];
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const changed = (secret?: string) => {
    setOpen(secret === undefined ? undefined : { what: "secret", secret });
    again();
  };
  const nameOfRule = (ruleId: string) =>
    rules.find((kept) => kept.ruleId === ruleId)?.rule.name ?? `${ruleId}, which is gone`;
  if (error?.status === 403) {
    return (
      <Notice tone="info" title="Routes are for admins alone">
        An address may hold a secret, so that only an admin's token shows them, and yours is none.
      </Notice>
    );
  }
  return (
    <section aria-label="Routes">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="max-w-2xl text-muted text-sm">
          This page gets every alert that is not silenced. Routes bring alerts to the server's log, or to a
          webhook of a service that calls people.
        </p>
        <Button kind="primary" onClick={() => setOpen({ what: "form" })} aria-haspopup="dialog">
          Add a route
        </Button>
      </div>
      {error && (
        <Notice tone="warn" title="The routes could not be read">
          {refusalOf(error)}
        </Notice>
      )}
      {!routes && !error && <Loading what="the routes" />}
      {routes?.length === 0 && <p className="py-12 text-center text-muted">Alerts go to this page alone.</p>}
      {routes && routes.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {routes.map((route) => (
            <RouteItem
              key={route.routeId}
              route={route}
              nameOfRule={nameOfRule}
              onEdit={() => setOpen({ what: "form", route })}
              onDelete={() => setOpen({ what: "delete", route })}
              onChanged={changed}
            />
          ))}
        </ul>
      )}
      {open?.what === "form" && <RouteDialog route={open.route} onClose={close} onSaved={changed} />}
      {open?.what === "secret" && <SecretDialog secret={open.secret} onClose={close} />}
      {open?.what === "delete" && (
        <DeleteDialog
          title="Delete this route?"
          onDelete={() => deleteRoute(open.route.routeId)}
          onClose={close}
          onDeleted={changed}
        >
          Nothing goes to <bdi>{open.route.name}</bdi> any more, nor what still waits to be delivered.
        </DeleteDialog>
      )}
    </section>
  );
}
