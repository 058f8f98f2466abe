import type { FastifyInstance } from "fastify";
import type { ServerParts } from "../create-server.js";
import { addAlertRoutes } from "./alerts.js";
import { addDashboard } from "./dashboard.js";
import { addHealthRoutes } from "./health.js";
import { addMetricsRoute } from "./metrics.js";
import { addApiDocs } from "./open-api.js";
import { addRunRoutes } from "./runs/add-run-routes.js";
import { mountSockets } from "./sockets.js";
import { addSystemRoutes } from "./system.js";
import { addTokenRoutes } from "./tokens.js";

/** Everything that the server answers on its port. */
export async function addRoutes(app: FastifyInstance, parts: ServerParts): Promise<void> {
  const {
    database,
    access,
    relay,
    alerts,
    system,
    tail,
    runs,
    operation,
    exporter,
    predictor,
    previewer,
    options,
  } = parts;
  // First, because it counts the requests of those that follow.
  addMetricsRoute(app, { operation, relay });
  addHealthRoutes(app, { operation, mayRead: (request) => access.mayRead(request) });
  addRunRoutes(app, {
    database,
    runs,
    tail,
    exporter: exporter.export,
    predictor,
    previewer,
    dataDirectory: options.dataDirectory,
  });
  addAlertRoutes(app, { database, alerts });
  addSystemRoutes(app, { database, system });
  addTokenRoutes(app, { database, access });
  await addApiDocs(app);
  await addDashboard(app);
  mountSockets(app, { relay });
}
