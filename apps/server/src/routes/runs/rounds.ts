import type { ClientRecord, ClientRoundRecord, RoundRecord } from "@fedloom/db";
import {
  byClientQuery,
  byRoundQuery,
  type ClientRound,
  type ClientSummary,
  clientList,
  clientParams,
  clientRound,
  clientSummary,
  clientsOfRound,
  type RoundSummary,
  roundList,
  roundParams,
  roundSummary,
  roundsOfClient,
  runParams,
} from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import { findRun, type RunRoutesOptions, withSchemas } from "./run-routes.js";

/** A run's rounds, and what its clients did in them. */
export function addRoundRoutes(app: FastifyInstance, { database }: RunRoutesOptions): void {
  const routes = withSchemas(app);

  routes.get(
    "/api/runs/:run_id/rounds",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Rounds in order",
        tags: ["results"],
        operationId: "listRounds",
        params: runParams,
        querystring: byRoundQuery,
        response: { 200: roundList },
      },
    },
    async ({ params, query }) => {
      const { runId } = await findRun(database, params.run_id);
      const rounds = await database.rounds.list(runId, query);
      return { rounds: rounds.map(roundToWire), next: nextOf(rounds, query.limit, ({ round }) => round) };
    },
  );

  routes.get(
    "/api/runs/:run_id/rounds/:round/clients",
    {
      config: { access: "viewer" },
      schema: {
        summary: "What each client did in a round",
        tags: ["results"],
        operationId: "listClientsOfRound",
        params: roundParams,
        querystring: byClientQuery,
        response: { 200: clientsOfRound },
      },
    },
    async ({ params, query }) => {
      const { runId } = await findRun(database, params.run_id);
      const clients = await database.rounds.listClientRounds(runId, { round: params.round, ...query });
      const next = nextOf(clients, query.limit, ({ clientId }) => clientId);
      return { clients: clients.map(clientRoundToWire), next };
    },
  );

  routes.get(
    "/api/runs/:run_id/clients",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Clients by id, each over all its rounds",
        tags: ["results"],
        operationId: "listClients",
        params: runParams,
        querystring: byClientQuery,
        response: { 200: clientList },
      },
    },
    async ({ params, query }) => {
      const { runId } = await findRun(database, params.run_id);
      const { clients, total } = await database.rounds.listClients(runId, query);
      const next = nextOf(clients, query.limit, ({ clientId }) => clientId);
      return { clients: clients.map(clientToWire), total, next };
    },
  );

  routes.get(
    "/api/runs/:run_id/clients/:client_id/rounds",
    {
      config: { access: "viewer" },
      schema: {
        summary: "What a client did, round by round",
        tags: ["results"],
        operationId: "listRoundsOfClient",
        params: clientParams,
        querystring: byRoundQuery,
        response: { 200: roundsOfClient },
      },
    },
    async ({ params, query }) => {
      const { runId } = await findRun(database, params.run_id);
      const rounds = await database.rounds.listClientRounds(runId, { clientId: params.client_id, ...query });
      return {
        rounds: rounds.map(clientRoundToWire),
        next: nextOf(rounds, query.limit, ({ round }) => round),
      };
    },
  );
}

/** Where the next page begins; null if this one is not full. */
function nextOf<Entry, Key>(
  entries: readonly Entry[],
  limit: number,
  key: (entry: Entry) => Key,
): Key | null {
  const last = entries.at(-1);
  return entries.length === limit && last !== undefined ? key(last) : null;
}

// The database keeps metrics in their wire form, which conversion leaves as it is.
function roundToWire(round: RoundRecord) {
  return roundSummary.toWire(round as RoundSummary);
}

function clientRoundToWire(round: ClientRoundRecord) {
  return clientRound.toWire(round as ClientRound);
}

function clientToWire(client: ClientRecord) {
  return clientSummary.toWire(client as ClientSummary);
}
