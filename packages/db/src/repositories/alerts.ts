import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { type AlertDeliveryRepository, createAlertDeliveryRepository } from "./alert-deliveries.js";
import { type AlertHistoryRepository, createAlertHistoryRepository } from "./alert-history.js";
import { type AlertSettingsRepository, createAlertSettingsRepository } from "./alert-settings.js";

/** Everything that is kept of alerts: what to alert of, what there was, and what is to be delivered. */
export interface AlertRepository
  extends AlertSettingsRepository,
    AlertHistoryRepository,
    AlertDeliveryRepository {}

export function createAlertRepository(queries: PostgresJsDatabase): AlertRepository {
  return {
    ...createAlertSettingsRepository(queries),
    ...createAlertHistoryRepository(queries),
    ...createAlertDeliveryRepository(queries),
  };
}
