import type { FastifyInstance } from "fastify";
import { addCatalogRoute } from "../catalog.js";
import { addDataRoute } from "../data.js";
import { addPartitionPreviewRoute } from "../partition-preview.js";
import { addRunActions } from "./actions.js";
import { addEventRoutes } from "./events.js";
import { addFileRoutes } from "./files.js";
import { addRunListRoutes } from "./list.js";
import { addMetricRoutes } from "./metrics.js";
import { addMetricsOfRunsRoute } from "./metrics-of-runs.js";
import { addPredictionsRoute } from "./predictions.js";
import { addRoundRoutes } from "./rounds.js";
import type { RunRoutesOptions } from "./run-routes.js";
import { addTimelineRoutes } from "./timeline.js";

/** Everything under `/api/runs`, `POST /train`, and what a run is made of. */
export function addRunRoutes(
  app: FastifyInstance,
  { dataDirectory, ...options }: RunRoutesOptions & { readonly dataDirectory: string },
): void {
  addRunListRoutes(app, options);
  addRunActions(app, options);
  addMetricRoutes(app, options);
  addMetricsOfRunsRoute(app, options);
  addRoundRoutes(app, options);
  addTimelineRoutes(app, options);
  addPredictionsRoute(app, options);
  addEventRoutes(app, options);
  addFileRoutes(app, options);
  addCatalogRoute(app);
  addPartitionPreviewRoute(app, options);
  addDataRoute(app, { dataDirectory });
}
