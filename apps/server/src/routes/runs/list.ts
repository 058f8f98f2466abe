import {
  pageQuery,
  projectList,
  projectRecord,
  runChanges,
  runList,
  runListQuery,
  runParams,
  runRecord,
} from "@fedloom/protocol";
import type { Grant } from "@fedloom/relay";
import type { FastifyInstance } from "fastify";
import { ServerError } from "../../errors.js";
import { findRun, type RunRoutesOptions, withSchemas } from "./run-routes.js";

/** Finding runs, and what a user may change of them. */
export function addRunListRoutes(app: FastifyInstance, { database }: RunRoutesOptions): void {
  const routes = withSchemas(app);

  routes.get(
    "/api/runs",
    {
      config: { access: "viewer", scope: "filtered" },
      schema: {
        summary: "Find runs, newest first",
        tags: ["runs"],
        operationId: "listRuns",
        querystring: runListQuery,
        response: { 200: runList },
      },
    },
    async (request) => {
      const { state, created_after, created_before, project, ...query } = request.query;
      const grant: Partial<Grant> = request.grant ?? {};
      if (grant.runId !== undefined) {
        const run = await database.runs.get(grant.runId);
        return { runs: run ? [runRecord.toWire(run)] : [], total: run ? 1 : 0 };
      }
      if (grant.project !== undefined && project !== undefined && project !== grant.project) {
        return { runs: [], total: 0 };
      }
      const { runs, total } = await database.runs.list({
        ...query,
        project: grant.project ?? project,
        states: state,
        createdAfter: created_after,
        createdBefore: created_before,
      });
      return { runs: runs.map((run) => runRecord.toWire(run)), total };
    },
  );

  routes.get(
    "/api/runs/:run_id",
    {
      config: { access: "viewer" },
      schema: {
        summary: "One run: config, state, summary",
        tags: ["runs"],
        operationId: "getRun",
        params: runParams,
        response: { 200: runRecord.wireSchema },
      },
    },
    async ({ params }) => runRecord.toWire(await findRun(database, params.run_id)),
  );

  routes.patch(
    "/api/runs/:run_id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Change a run's name, tags or notes",
        tags: ["runs"],
        operationId: "changeRun",
        params: runParams,
        body: runChanges.wireSchema,
        response: { 200: runRecord.wireSchema },
      },
    },
    async ({ params, body }) => {
      const { tags, notes, experimentName } = runChanges.fromWire(body);
      const isThere = await database.runs.change(params.run_id, {
        ...(tags && { tags }),
        ...(notes !== undefined && { notes }),
        ...(experimentName !== undefined && { experimentName }),
      });
      if (!isThere) throw new ServerError("run_not_found", `there is no run ${params.run_id}`);
      return runRecord.toWire(await findRun(database, params.run_id));
    },
  );

  routes.get(
    "/api/projects",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Groups of runs",
        tags: ["runs"],
        operationId: "listProjects",
        querystring: pageQuery,
        response: { 200: projectList },
      },
    },
    async ({ query: { limit, offset } }) => {
      const projects = await database.runs.listProjects();
      const page = projects.slice(offset, offset + limit);
      return { projects: page.map((project) => projectRecord.toWire(project)), total: projects.length };
    },
  );
}
