import type { FastifyInstance } from "fastify";
import { addCatalogRoute } from "../catalog.js";
import { addDataRoute } from "../data.js";
import { addRunActions } from "./actions.js";
import { addEventRoutes } from "./events.js";
import { addFileRoutes } from "./files.js";
import { addRunListRoutes } from "./list.js";
import { addMetricRoutes } from "./metrics.js";
import { addRoundRoutes } from "./rounds.js";
import type { RunRoutesOptions } from "./run-routes.js";

/** Everything under `/api/runs`, `POST /train`, and what a run is made of. */
export function addRunRoutes(
  app: FastifyInstance,
  { dataDirectory, ...options }: RunRoutesOptions & { readonly dataDirectory: string },
): void {
  addRunListRoutes(app, options);
  addRunActions(app, options);
  addMetricRoutes(app, options);
  addRoundRoutes(app, options);
  addEventRoutes(app, options);
  addFileRoutes(app, options);
  addCatalogRoute(app);
  addDataRoute(app, { dataDirectory });
}
