import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { driverError } from "../connection.js";
import { DbError } from "../errors.js";
import { storableJson, storableText } from "../storable.js";
import type { HostSample } from "./hosts.js";

type Gpu = NonNullable<HostSample["gpu"]>[number];

/** Seconds between the samples that come; rows of longer ones are made of them. */
export const SAMPLE_SECONDS = 5;

/** SQLSTATE classes for values that a column cannot hold and for broken constraints. */
const REFUSED = /^2[23]/;

/** See {@link HostRepository.storeSamples}. */
export async function storeSamples(
  queries: PostgresJsDatabase,
  samples: readonly HostSample[],
): Promise<void> {
  if (samples.length === 0) return;
  try {
    await insert(queries, samples);
  } catch (cause) {
    const { code = "", message } = driverError(cause);
    if (!REFUSED.test(code)) throw cause;
    throw new DbError("event_refused", `the database refuses a sample of a host: ${message}`, { cause });
  }
}

async function insert(queries: PostgresJsDatabase, samples: readonly HostSample[]): Promise<void> {
  // One parameter, however many samples there are.
  const rows = storableJson(samples.map(rowOf));
  await queries.execute(sql`
    with new as (
      select * from jsonb_to_recordset(${rows}::text::jsonb) as row (
        host text, at timestamptz, cpu_percent real, memory_percent real, memory_used_bytes bigint,
        disk_percent real, disk_used_bytes bigint, network_rx_bytes bigint, network_tx_bytes bigint,
        load_average real, gpu jsonb)
    ), seen as (
      insert into hosts (host, first_seen_at, last_seen_at)
      select host, min(at), max(at) from new group by host order by host
      on conflict (host) do update set
        first_seen_at = least(hosts.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(hosts.last_seen_at, excluded.last_seen_at)
    )
    insert into system_samples (host, resolution, at, cpu_percent, memory_percent, memory_used_bytes,
      disk_percent, disk_used_bytes, network_rx_bytes, network_tx_bytes, load_average, gpu)
    select host, ${SAMPLE_SECONDS}, at, cpu_percent, memory_percent, memory_used_bytes,
      disk_percent, disk_used_bytes, network_rx_bytes, network_tx_bytes, load_average, gpu
    from new
    on conflict do nothing`);
}

/** A sample of a row as the database gives it, with the names of its columns. */
export function readSample(row: Readonly<Record<string, unknown>>): HostSample {
  const number = (column: string) => Number(row[column]);
  const gpu = row.gpu as Record<string, unknown>[] | null;
  return {
    host: String(row.host),
    at: new Date(row.at as string).toISOString(),
    cpuPercent: number("cpu_percent"),
    memoryPercent: number("memory_percent"),
    memoryUsedBytes: number("memory_used_bytes"),
    diskPercent: number("disk_percent"),
    diskUsedBytes: number("disk_used_bytes"),
    networkRxBytes: number("network_rx_bytes"),
    networkTxBytes: number("network_tx_bytes"),
    loadAverage: number("load_average"),
    ...(gpu && { gpu: gpu.map(readGpu) }),
  };
}

function rowOf(sample: HostSample): Record<string, unknown> {
  return {
    host: storableText(sample.host),
    at: sample.at,
    cpu_percent: sample.cpuPercent,
    memory_percent: sample.memoryPercent,
    memory_used_bytes: sample.memoryUsedBytes,
    disk_percent: sample.diskPercent,
    disk_used_bytes: sample.diskUsedBytes,
    network_rx_bytes: sample.networkRxBytes,
    network_tx_bytes: sample.networkTxBytes,
    // A column of 4 bytes; more than this no machine runs.
    load_average: Math.min(sample.loadAverage, 1e9),
    gpu: sample.gpu?.map(({ name, utilizationPercent, memoryUsedBytes, memoryTotalBytes }) => ({
      name,
      utilization_percent: utilizationPercent,
      memory_used_bytes: memoryUsedBytes,
      memory_total_bytes: memoryTotalBytes,
    })),
  };
}

function readGpu(gpu: Readonly<Record<string, unknown>>): Gpu {
  return {
    name: String(gpu.name),
    utilizationPercent: Number(gpu.utilization_percent),
    memoryUsedBytes: Number(gpu.memory_used_bytes),
    memoryTotalBytes: Number(gpu.memory_total_bytes),
  };
}
