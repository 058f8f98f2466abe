import { and, eq, lt, ne, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { alertDeliveries } from "../schema/alerts.js";
import { storableJson, storableText } from "../storable.js";

type Json = Record<string, unknown>;
type Queries = Pick<PostgresJsDatabase, "execute">;

/** What a webhook is to be told. Ids rise: of one alert and route the smaller goes first. */
export interface NewAlertDelivery {
  readonly deliveryId: string;
  readonly alertId: string;
  readonly routeId: string;
  readonly payload: Json;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** A delivery that this server has to try. */
export interface DueAlertDelivery extends NewAlertDelivery {
  /** Tries that failed. */
  readonly numTries: number;
}

export interface ClaimOptions {
  readonly now: string;
  /** Until then nobody else may try them. */
  readonly until: string;
  readonly limit: number;
  /** Routes that are busy. */
  readonly exceptRoutes: readonly string[];
}

/** What is to be delivered to webhooks; all of it survives a restart. */
export interface AlertDeliveryRepository {
  /** Takes deliveries that are due, of each route one, the oldest first. */
  claimDeliveries(options: ClaimOptions): Promise<DueAlertDelivery[]>;
  /** When the next one is due; undefined if none waits. */
  nextDeliveryAt(): Promise<string | undefined>;
  recordDelivered(deliveryId: string): Promise<void>;
  /** Without `nextTryAt` it is given up. */
  recordFailed(deliveryId: string, failure: { error: string; nextTryAt?: string | undefined }): Promise<void>;
  /** Removes what was delivered or given up and made before a time. */
  pruneDeliveries(before: string): Promise<void>;
}

export function createAlertDeliveryRepository(queries: PostgresJsDatabase): AlertDeliveryRepository {
  return {
    claimDeliveries: (options) => claimDeliveries(queries, options),

    async nextDeliveryAt() {
      const [row] = await queries
        .select({ at: sql<string | null>`min(${alertDeliveries.nextTryAt})` })
        .from(alertDeliveries)
        .where(eq(alertDeliveries.state, "waiting"));
      return row?.at ? new Date(row.at).toISOString() : undefined;
    },

    async recordDelivered(deliveryId) {
      await queries
        .update(alertDeliveries)
        .set({ state: "delivered", numTries: sql`${alertDeliveries.numTries} + 1`, lastError: null })
        .where(eq(alertDeliveries.deliveryId, deliveryId));
    },

    async recordFailed(deliveryId, { error, nextTryAt }) {
      await queries
        .update(alertDeliveries)
        .set({
          state: nextTryAt === undefined ? "given_up" : "waiting",
          ...(nextTryAt !== undefined && { nextTryAt: new Date(nextTryAt) }),
          numTries: sql`${alertDeliveries.numTries} + 1`,
          lastError: storableText(error),
        })
        .where(eq(alertDeliveries.deliveryId, deliveryId));
    },

    async pruneDeliveries(before) {
      await queries
        .delete(alertDeliveries)
        .where(and(ne(alertDeliveries.state, "waiting"), lt(alertDeliveries.createdAt, new Date(before))));
    },
  };
}

async function claimDeliveries(
  queries: Queries,
  { now, until, limit, exceptRoutes }: ClaimOptions,
): Promise<DueAlertDelivery[]> {
  // What follows waits for what came before it, or a receiver would hear of the end before the beginning.
  const rows = await queries.execute<Record<string, unknown>>(sql`
    update alert_deliveries set next_try_at = ${until}::timestamptz
    where delivery_id in (
      select delivery_id from alert_deliveries
      where state = 'waiting' and delivery_id in (
        select distinct on (route_id) delivery_id from alert_deliveries as due
        where state = 'waiting' and next_try_at <= ${now}::timestamptz
          and route_id <> all(${sql.param([...exceptRoutes])}::text[])
          and not exists (
            select from alert_deliveries as earlier
            where earlier.alert_id = due.alert_id and earlier.route_id = due.route_id
              and earlier.state = 'waiting' and earlier.delivery_id < due.delivery_id)
        order by route_id, next_try_at, delivery_id)
      order by next_try_at, delivery_id
      limit ${limit}
      for update skip locked)
    returning delivery_id, alert_id, route_id, payload, created_at, num_tries`);
  return rows.map((row) => ({
    deliveryId: String(row.delivery_id),
    alertId: String(row.alert_id),
    routeId: String(row.route_id),
    payload: row.payload as Json,
    createdAt: new Date(String(row.created_at)).toISOString(),
    numTries: Number(row.num_tries),
  }));
}

/** Adds deliveries, each once; those whose route is gone are left out. */
export async function insertDeliveries(
  queries: Queries,
  deliveries: readonly NewAlertDelivery[],
): Promise<void> {
  for (const { deliveryId, alertId, routeId, payload, createdAt } of deliveries) {
    await queries.execute(sql`
      insert into alert_deliveries (delivery_id, alert_id, route_id, payload, state, next_try_at, created_at)
      select ${deliveryId}, alert_id, route_id, ${storableJson(payload)}::text::jsonb, 'waiting',
        ${createdAt}::timestamptz, ${createdAt}::timestamptz
      from alerts, alert_routes where alert_id = ${alertId} and route_id = ${routeId}
      on conflict do nothing`);
  }
}
