CREATE TABLE "alert_deliveries" (
	"delivery_id" text PRIMARY KEY NOT NULL,
	"alert_id" text NOT NULL,
	"route_id" text NOT NULL,
	"payload" jsonb NOT NULL,
	"state" text NOT NULL,
	"num_tries" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_error" text
);--> statement-breakpoint
CREATE TABLE "alert_routes" (
	"route_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"is_enabled" boolean DEFAULT true NOT NULL,
	"matcher" jsonb NOT NULL,
	"receiver" jsonb NOT NULL
);--> statement-breakpoint
CREATE TABLE "alert_rules" (
	"rule_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"is_enabled" boolean DEFAULT true NOT NULL,
	"definition" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "alert_silences" (
	"silence_id" text PRIMARY KEY NOT NULL,
	"matcher" jsonb NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE "alerts" (
	"alert_id" text PRIMARY KEY NOT NULL,
	"fingerprint" text NOT NULL,
	"rule_id" text,
	"severity" text NOT NULL,
	"title" text NOT NULL,
	"message" text NOT NULL,
	"source" text NOT NULL,
	"host" text,
	"run_id" text,
	"labels" jsonb NOT NULL,
	"state" text NOT NULL,
	"is_silenced" boolean DEFAULT false NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone
);--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"run_id" text NOT NULL,
	"kind" text NOT NULL,
	"checkpoint_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"step" integer NOT NULL,
	"bytes" "bytea",
	"path" text,
	"num_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "checkpoints_pk" PRIMARY KEY("run_id","kind"),
	CONSTRAINT "checkpoints_checkpoint_id_unique" UNIQUE("checkpoint_id")
);--> statement-breakpoint
CREATE TABLE "client_states" (
	"run_id" text NOT NULL,
	"client_id" text NOT NULL,
	"round" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "client_states_pk" PRIMARY KEY("run_id","client_id","round")
);--> statement-breakpoint
CREATE TABLE "models" (
	"run_id" text NOT NULL,
	"kind" text NOT NULL,
	"step" integer NOT NULL,
	"name" text NOT NULL,
	"layers_model" jsonb NOT NULL,
	"layers_weights" "bytea" NOT NULL,
	"safetensors" "bytea" NOT NULL,
	"sha256" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "models_pk" PRIMARY KEY("run_id","kind")
);--> statement-breakpoint
CREATE TABLE "hosts" (
	"host" text PRIMARY KEY NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE "system_samples" (
	"host" text NOT NULL,
	"resolution" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"cpu_percent" real NOT NULL,
	"memory_percent" real NOT NULL,
	"memory_used_bytes" bigint NOT NULL,
	"disk_percent" real NOT NULL,
	"disk_used_bytes" bigint NOT NULL,
	"network_rx_bytes" bigint NOT NULL,
	"network_tx_bytes" bigint NOT NULL,
	"load_average" real NOT NULL,
	"gpu" jsonb,
	"highest" jsonb,
	CONSTRAINT "system_samples_pk" PRIMARY KEY("host","resolution","at")
);--> statement-breakpoint
CREATE TABLE "buckets" (
	"series_id" integer NOT NULL,
	"bucket" bigint NOT NULL,
	"num_points" integer NOT NULL,
	"num_nan" integer NOT NULL,
	"min" double precision,
	"min_x" bigint,
	"max" double precision,
	"max_x" bigint,
	"last" double precision NOT NULL,
	"last_x" bigint NOT NULL,
	CONSTRAINT "buckets_pk" PRIMARY KEY("series_id","bucket")
);--> statement-breakpoint
CREATE TABLE "points" (
	"series_id" integer NOT NULL,
	"x" bigint NOT NULL,
	"position" bigint NOT NULL,
	"round" integer,
	"epoch" integer,
	"value" double precision NOT NULL,
	"timestamp" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "points_pk" PRIMARY KEY("series_id","x","position")
);--> statement-breakpoint
CREATE TABLE "series" (
	"series_id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "series_series_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"run_key" integer NOT NULL,
	"name" text NOT NULL,
	"phase" text NOT NULL,
	"client_id" text,
	CONSTRAINT "series_of_run" UNIQUE NULLS NOT DISTINCT("run_key","name","phase","client_id")
);--> statement-breakpoint
CREATE TABLE "projects" (
	"name" text PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "client_rounds" (
	"run_key" integer NOT NULL,
	"round" integer NOT NULL,
	"client_id" text NOT NULL,
	"status" text NOT NULL,
	"num_samples" bigint NOT NULL,
	"duration_ms" double precision NOT NULL,
	"bytes_up" bigint DEFAULT 0 NOT NULL,
	"bytes_down" bigint DEFAULT 0 NOT NULL,
	"metrics" jsonb NOT NULL,
	"error" text,
	"ended_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "client_rounds_pk" PRIMARY KEY("run_key","round","client_id")
);--> statement-breakpoint
CREATE TABLE "clients" (
	"run_key" integer NOT NULL,
	"client_id" text NOT NULL,
	"num_ok" integer DEFAULT 0 NOT NULL,
	"num_rejected" integer DEFAULT 0 NOT NULL,
	"num_failed" integer DEFAULT 0 NOT NULL,
	"num_timeout" integer DEFAULT 0 NOT NULL,
	"bytes_up" bigint DEFAULT 0 NOT NULL,
	"bytes_down" bigint DEFAULT 0 NOT NULL,
	"metric_names" text[] NOT NULL,
	"training_ms" double precision DEFAULT 0 NOT NULL,
	"last_round" integer NOT NULL,
	"last_status" text NOT NULL,
	"last_num_samples" bigint NOT NULL,
	"last_metrics" jsonb NOT NULL,
	"last_error" text,
	CONSTRAINT "clients_pk" PRIMARY KEY("run_key","client_id")
);--> statement-breakpoint
CREATE TABLE "rounds" (
	"run_key" integer NOT NULL,
	"round" integer NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"duration_ms" double precision,
	"num_clients" integer DEFAULT 0 NOT NULL,
	"num_ok" integer DEFAULT 0 NOT NULL,
	"num_rejected" integer DEFAULT 0 NOT NULL,
	"num_failed" integer DEFAULT 0 NOT NULL,
	"num_timeout" integer DEFAULT 0 NOT NULL,
	"bytes_up" bigint DEFAULT 0 NOT NULL,
	"bytes_down" bigint DEFAULT 0 NOT NULL,
	"fit_metrics" jsonb,
	"eval_metrics" jsonb,
	"metrics" jsonb,
	CONSTRAINT "rounds_pk" PRIMARY KEY("run_key","round")
);--> statement-breakpoint
CREATE TABLE "attempts" (
	"run_key" integer NOT NULL,
	"source" text NOT NULL,
	"attempt" integer NOT NULL,
	"resumed_from" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE "tokens" (
	"token_id" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"role" text NOT NULL,
	"run_id" text,
	"project" text,
	"label" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	CONSTRAINT "tokens_hash_unique" UNIQUE("hash")
);--> statement-breakpoint
INSERT INTO "projects" ("name") VALUES ('default');--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "run_key" integer NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "runs_run_key_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "project" text DEFAULT 'default' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "state_reason" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "seed" bigint;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "notes" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "is_managed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "attempt" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "step" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "total_steps" integer;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "best" jsonb;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "wanted" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "wanted_reason" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "lease_owner" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "lease_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "num_deaths" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "last_event_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_run_key_unique" UNIQUE("run_key");--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_project_projects_name_fk" FOREIGN KEY ("project") REFERENCES "public"."projects"("name") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
-- Every run that has begun had one start.
UPDATE "runs" SET "attempt" = 1 WHERE "started_at" IS NOT NULL;--> statement-breakpoint
UPDATE "runs" SET "seed" = ("config"->>'seed')::bigint WHERE jsonb_typeof("config"->'seed') = 'number';--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "run_key" integer;--> statement-breakpoint
UPDATE "events" SET "run_key" = "runs"."run_key" FROM "runs" WHERE "runs"."run_id" = "events"."run_id";--> statement-breakpoint
ALTER TABLE "events" ALTER COLUMN "run_key" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_run_source_seq";--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_run_id_runs_run_id_fk";--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_pkey";--> statement-breakpoint
DROP INDEX "events_by_run";--> statement-breakpoint
DROP INDEX "events_by_place";--> statement-breakpoint
ALTER TABLE "events" DROP COLUMN "run_id";--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_pk" PRIMARY KEY("run_key","source","seq");--> statement-breakpoint
CREATE INDEX "events_by_position" ON "events" USING btree ("run_key","position");--> statement-breakpoint
CREATE INDEX "events_of_logs" ON "events" USING btree ("run_key","position") WHERE type = 'log';--> statement-breakpoint
CREATE INDEX "events_by_place" ON "events" USING btree ("run_key","stream_epoch","offset");--> statement-breakpoint
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_alert_id_alerts_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("alert_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_route_id_alert_routes_route_id_fk" FOREIGN KEY ("route_id") REFERENCES "public"."alert_routes"("route_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_rule_id_alert_rules_rule_id_fk" FOREIGN KEY ("rule_id") REFERENCES "public"."alert_rules"("rule_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_run_id_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_states" ADD CONSTRAINT "client_states_run_id_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_run_id_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "system_samples" ADD CONSTRAINT "system_samples_host_hosts_host_fk" FOREIGN KEY ("host") REFERENCES "public"."hosts"("host") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "series" ADD CONSTRAINT "series_run_key_runs_run_key_fk" FOREIGN KEY ("run_key") REFERENCES "public"."runs"("run_key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clients" ADD CONSTRAINT "clients_run_key_runs_run_key_fk" FOREIGN KEY ("run_key") REFERENCES "public"."runs"("run_key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_run_key_runs_run_key_fk" FOREIGN KEY ("run_key") REFERENCES "public"."runs"("run_key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_run_key_runs_run_key_fk" FOREIGN KEY ("run_key") REFERENCES "public"."runs"("run_key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_run_id_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_deliveries_due" ON "alert_deliveries" USING btree ("state","next_try_at");--> statement-breakpoint
CREATE INDEX "alerts_by_time" ON "alerts" USING btree ("started_at","alert_id");--> statement-breakpoint
CREATE INDEX "alerts_by_fingerprint" ON "alerts" USING btree ("fingerprint","started_at");--> statement-breakpoint
CREATE INDEX "alerts_firing" ON "alerts" USING btree ("started_at","alert_id") WHERE state = 'firing';--> statement-breakpoint
CREATE INDEX "system_samples_by_age" ON "system_samples" USING btree ("resolution","at");--> statement-breakpoint
CREATE INDEX "client_rounds_by_client" ON "client_rounds" USING btree ("run_key","client_id","round");--> statement-breakpoint
CREATE INDEX "attempts_by_run" ON "attempts" USING btree ("run_key","source");--> statement-breakpoint
CREATE INDEX "runs_unfinished" ON "runs" USING btree ("state") WHERE state not in ('completed', 'stopped', 'failed');--> statement-breakpoint
DROP TABLE "metrics";--> statement-breakpoint
-- What was stored before tells of rounds, clients and starts as well.
insert into attempts (run_key, source, attempt, resumed_from, started_at)
select run_key, source, 1, 0, min(timestamp) from events where type = 'training_start' group by run_key, source;--> statement-breakpoint
insert into rounds (run_key, round, started_at, ended_at, duration_ms, num_clients, fit_metrics, eval_metrics,
  metrics)
select run_key, round,
  min(timestamp) filter (where type = 'round_start'),
  max(timestamp) filter (where type = 'round_end'),
  max(duration_ms) filter (where type = 'round_end'),
  least(coalesce(max(participating_clients) filter (where type = 'round_start'), 0),
    2147483647),
  (array_agg(fit_metrics order by position desc) filter (where type = 'round_end'))[1],
  (array_agg(eval_metrics order by position desc) filter (where type = 'round_end'))[1],
  (array_agg(metrics order by position desc) filter (where type = 'round_metrics'))[1]
from events
cross join lateral jsonb_to_record(payload) as told (round integer, client_id text, participating_clients bigint,
  duration_ms double precision, fit_metrics jsonb, eval_metrics jsonb, metrics jsonb)
where events.type in ('round_start', 'round_end', 'round_metrics') and client_id is null
group by run_key, round
on conflict (run_key, round) do update set
  started_at = coalesce(excluded.started_at, rounds.started_at),
  ended_at = coalesce(excluded.ended_at, rounds.ended_at),
  duration_ms = coalesce(excluded.duration_ms, rounds.duration_ms),
  num_clients = greatest(excluded.num_clients, rounds.num_clients),
  fit_metrics = coalesce(excluded.fit_metrics, rounds.fit_metrics),
  eval_metrics = coalesce(excluded.eval_metrics, rounds.eval_metrics),
  metrics = coalesce(excluded.metrics, rounds.metrics);--> statement-breakpoint
with told as materialized (
  select distinct on (run_key, round, client_id) *
  from (
    select run_key, position, told.round, told.client_id, told.status, told.num_samples,
      least(coalesce(told.duration_ms, 0), 1e15) as duration_ms, told.bytes_up, told.bytes_down, told.metrics,
      told.error, timestamp as ended_at
    from events
    cross join lateral jsonb_to_record(payload) as told (round integer, client_id text, status text,
      num_samples bigint, duration_ms double precision, bytes_up bigint, bytes_down bigint, metrics jsonb, error text)
    where type = 'client_complete'
  ) complete
  order by run_key, round, client_id, position desc
), before as materialized (
  select client_rounds.* from client_rounds join told using (run_key, round, client_id)
), change as materialized (
  select run_key, round, client_id, status, duration_ms, bytes_up, bytes_down, 1 as weight from told
  union all
  select run_key, round, client_id, status, duration_ms, bytes_up, bytes_down, -1 from before
), added as (
  insert into client_rounds (run_key, round, client_id, status, num_samples, duration_ms, bytes_up, bytes_down, metrics, error, ended_at)
  select run_key, round, client_id, status, num_samples, duration_ms, bytes_up, bytes_down, metrics, error, ended_at from told
  where not exists (select from before
    where before.run_key = told.run_key and before.round = told.round and before.client_id = told.client_id)
), replaced as (
  update client_rounds set status = told.status, num_samples = told.num_samples, duration_ms = told.duration_ms, bytes_up = told.bytes_up, bytes_down = told.bytes_down, metrics = told.metrics, error = told.error, ended_at = told.ended_at
  from before join told using (run_key, round, client_id)
  where client_rounds.run_key = before.run_key and client_rounds.round = before.round
    and client_rounds.client_id = before.client_id
), of_rounds as (
  insert into rounds (run_key, round, num_ok, num_rejected, num_failed, num_timeout, bytes_up, bytes_down)
  select run_key, round, coalesce(summed.num_ok, 0), coalesce(summed.num_rejected, 0), coalesce(summed.num_failed, 0), coalesce(summed.num_timeout, 0), coalesce(summed.bytes_up, 0), coalesce(summed.bytes_down, 0) from (
    select run_key, round, 
  sum(weight) filter (where status = 'ok') as num_ok,
  sum(weight) filter (where status = 'rejected') as num_rejected,
  sum(weight) filter (where status = 'failed') as num_failed,
  sum(weight) filter (where status = 'timeout') as num_timeout,
  least(sum(weight * bytes_up), 9007199254740991) as bytes_up, least(sum(weight * bytes_down), 9007199254740991) as bytes_down from change group by run_key, round) summed
  on conflict (run_key, round) do update set num_ok = least(rounds.num_ok + excluded.num_ok, 2147483647), num_rejected = least(rounds.num_rejected + excluded.num_rejected, 2147483647), num_failed = least(rounds.num_failed + excluded.num_failed, 2147483647), num_timeout = least(rounds.num_timeout + excluded.num_timeout, 2147483647), bytes_up = least(rounds.bytes_up + excluded.bytes_up, 9007199254740991), bytes_down = least(rounds.bytes_down + excluded.bytes_down, 9007199254740991)
)
insert into clients (run_key, client_id, num_ok, num_rejected, num_failed, num_timeout, bytes_up, bytes_down, training_ms, metric_names,
  last_round, last_status, last_num_samples, last_metrics, last_error)
select run_key, client_id, coalesce(summed.num_ok, 0), coalesce(summed.num_rejected, 0), coalesce(summed.num_failed, 0), coalesce(summed.num_timeout, 0), coalesce(summed.bytes_up, 0), coalesce(summed.bytes_down, 0), training_ms, coalesce(names, '{}'),
  newest.round, newest.status, newest.num_samples, newest.metrics, newest.error
from (
  select run_key, client_id, 
  sum(weight) filter (where status = 'ok') as num_ok,
  sum(weight) filter (where status = 'rejected') as num_rejected,
  sum(weight) filter (where status = 'failed') as num_failed,
  sum(weight) filter (where status = 'timeout') as num_timeout,
  least(sum(weight * bytes_up), 9007199254740991) as bytes_up, least(sum(weight * bytes_down), 9007199254740991) as bytes_down, sum(weight * duration_ms) as training_ms
  from change group by run_key, client_id
) summed
join (
  select distinct on (run_key, client_id) run_key, client_id, round, status, num_samples, metrics, error
  from told order by run_key, client_id, round desc
) newest using (run_key, client_id)
left join (
  select run_key, client_id, array_agg(distinct name) as names
  from (select run_key, client_id, jsonb_object_keys(metrics) as name from told) named
  group by run_key, client_id
) named using (run_key, client_id)
on conflict (run_key, client_id) do update set num_ok = least(clients.num_ok + excluded.num_ok, 2147483647), num_rejected = least(clients.num_rejected + excluded.num_rejected, 2147483647), num_failed = least(clients.num_failed + excluded.num_failed, 2147483647), num_timeout = least(clients.num_timeout + excluded.num_timeout, 2147483647), bytes_up = least(clients.bytes_up + excluded.bytes_up, 9007199254740991), bytes_down = least(clients.bytes_down + excluded.bytes_down, 9007199254740991),
  training_ms = clients.training_ms + excluded.training_ms,
  metric_names = case when clients.metric_names @> excluded.metric_names then clients.metric_names
    else array(select distinct unnest(clients.metric_names || excluded.metric_names)) end,
  last_round = greatest(clients.last_round, excluded.last_round),
  last_status = case when excluded.last_round >= clients.last_round then excluded.last_status else clients.last_status end, last_num_samples = case when excluded.last_round >= clients.last_round then excluded.last_num_samples else clients.last_num_samples end, last_metrics = case when excluded.last_round >= clients.last_round then excluded.last_metrics else clients.last_metrics end, last_error = case when excluded.last_round >= clients.last_round then excluded.last_error else clients.last_error end;--> statement-breakpoint
-- Every value was carried by an event, and its place is known from that.
with carried as materialized (
  select events.run_key, events.position, events.timestamp,
    told.round, told.epoch, told.step, told.client_id, entry.value,
    case when starts_with(entry.key, 'test_') then substr(entry.key, 6) else entry.key end as name,
    case when starts_with(entry.key, 'test_') then 'test' else entry.phase end as phase
  from events
  cross join lateral (select
    (payload->>'round')::integer as round, (payload->>'epoch')::integer as epoch,
    (payload->>'step')::bigint as step, payload->>'client_id' as client_id, payload->>'phase' as phase,
    payload->case type when 'round_end' then 'fit_metrics' else 'metrics' end as metrics,
    case type when 'round_end' then payload->'eval_metrics' end as eval_metrics offset 0) told
  cross join lateral (
    select key, value::double precision, case type
      when 'round_metrics' then 'val' when 'round_end' then 'train'
      else coalesce(told.phase, 'train') end as phase
    from jsonb_each_text(metrics)
    union all
    select key, value::double precision, 'val'
    from jsonb_each_text(eval_metrics)
    where not (starts_with(key, 'test_') and metrics ? key)
  ) entry
  where events.type in ('epoch_end', 'round_end', 'round_metrics', 'metrics')
), known as materialized (
  select series_id, run_key, name, phase, client_id from series
  where run_key in (select distinct run_key from carried)
), added as (
  insert into series (run_key, name, phase, client_id)
  select distinct run_key, name, phase, client_id from carried
  where not exists (
    select from known
    where known.run_key = carried.run_key and known.name = carried.name and known.phase = carried.phase
      and coalesce(known.client_id, '') = coalesce(carried.client_id, ''))
  returning series_id, run_key, name, phase, client_id
), placed as materialized (
  select all_series.series_id, coalesce(step, round, epoch, 0) as x, position, round, epoch, value, timestamp,
    carried.client_id
  from carried join (select * from known union all select * from added) all_series
    on all_series.run_key = carried.run_key and all_series.name = carried.name
    and all_series.phase = carried.phase
    and coalesce(all_series.client_id, '') = coalesce(carried.client_id, '')
), inserted as (
  insert into points (series_id, x, position, round, epoch, value, timestamp)
  select series_id, x, position, round, epoch, value, timestamp from placed order by series_id, x
)

insert into buckets
  (series_id, bucket, num_points, num_nan, min, min_x, max, max_x, last, last_x)
select series_id, bucket, num_points, num_nan, lowest[1], lowest[2]::bigint, highest[1], highest[2]::bigint,
  coalesce(newest[3], 'NaN'), coalesce(newest[1]::bigint, last_x)
from (
  select series_id, x / 128 as bucket, count(*) as num_points,
    count(*) filter (where value = 'NaN') as num_nan,
    min(array[value, x]) filter (where value <> 'NaN') as lowest,
    max(array[value, x]) filter (where value <> 'NaN') as highest,
    max(array[x, position, value]) filter (where value <> 'NaN') as newest,
    max(x) as last_x
  from placed where client_id is null
  group by series_id, x / 128
) part
on conflict (series_id, bucket) do update set
  num_points = buckets.num_points + excluded.num_points,
  num_nan = buckets.num_nan + excluded.num_nan,
  min = least(buckets.min, excluded.min),
  min_x = case when excluded.min < buckets.min or buckets.min is null then excluded.min_x else buckets.min_x end,
  max = greatest(buckets.max, excluded.max),
  max_x = case when excluded.max > buckets.max or buckets.max is null then excluded.max_x else buckets.max_x end,
  last = case when (excluded.last <> 'NaN' and (excluded.last_x >= buckets.last_x or buckets.last = 'NaN')) then excluded.last else buckets.last end,
  last_x = case when (excluded.last <> 'NaN' and (excluded.last_x >= buckets.last_x or buckets.last = 'NaN')) then excluded.last_x else buckets.last_x end;--> statement-breakpoint
update runs set step = greatest(runs.step, told.step), total_steps = coalesce(told.total_steps, runs.total_steps)
from (
  select run_key, max(coalesce(round, epoch)) filter (where type in ('round_end', 'epoch_end')) as step,
    max(coalesce(total_rounds, total_epochs)) as total_steps
  from events
  cross join lateral jsonb_to_record(payload) as said (round integer, epoch integer, total_rounds integer,
    total_epochs integer, client_id text)
  where events.type in ('epoch_start', 'epoch_end', 'round_start', 'round_end', 'round_metrics') and client_id is null
  group by run_key
) told
where runs.run_key = told.run_key;--> statement-breakpoint
with by_metric (rank, name, metric, sign, field) as (values (0, 'auroc', 'val_auroc', 1, 'metrics'), (4, 'auroc', 'pooled_val_auroc', 1, 'eval_metrics'), (1, 'accuracy', 'val_accuracy', 1, 'metrics'), (5, 'accuracy', 'pooled_val_accuracy', 1, 'eval_metrics'), (2, 'r2', 'val_r2', 1, 'metrics'), (6, 'r2', 'pooled_val_r2', 1, 'eval_metrics'), (3, 'loss', 'val_loss', -1, 'metrics'), (7, 'loss', 'pooled_val_loss', -1, 'eval_metrics')),
candidate as (
  select distinct on (run_key) run_key, rank, metric, sign, coalesce(round, epoch) as step,
    found->name as value, (found->>name)::double precision as score
  from events
  cross join lateral jsonb_to_record(payload) as said (round integer, epoch integer, phase text, client_id text,
    metrics jsonb, eval_metrics jsonb)
  join by_metric on true
  cross join lateral (
    select case field when 'metrics' then metrics else eval_metrics end as found) of_field
  where events.type in ('round_metrics', 'round_end', 'epoch_end')
    and said.client_id is null and coalesce(round, epoch) is not null and found ? name
    and (type <> 'epoch_end' or phase = 'val')
  order by run_key, rank,
    case when found->>name = 'NaN' then '-Infinity' else sign * (found->>name)::double precision end desc, position
)
update runs set best = jsonb_build_object(
  'step', candidate.step, 'metric', candidate.metric, 'value', candidate.value)
from candidate left join by_metric held on true
where runs.run_key = candidate.run_key
  and held.metric is not distinct from coalesce(runs.best->>'metric', held.metric)
  and (runs.best is null or candidate.rank < held.rank or (candidate.rank = held.rank
    and candidate.score <> 'NaN' and (runs.best->>'value' = 'NaN'
      or candidate.sign * candidate.score > candidate.sign * (runs.best->>'value')::double precision)));--> statement-breakpoint
update runs set last_event_at = told.timestamp
from (select run_key, max(timestamp) as timestamp from events group by run_key) told
where runs.run_key = told.run_key;--> statement-breakpoint
-- Rules to begin with: whoever does not want one changes it, switches it off or deletes it.
INSERT INTO "alert_rules" ("rule_id", "name", "definition") VALUES
  ('disk-nearly-full', 'Disk nearly full', '{"kind": "threshold", "name": "Disk nearly full", "severity": "critical", "of": "host", "metric": "disk_percent", "op": ">", "value": 90, "clear_margin": 2}'),
  ('memory-nearly-full', 'Memory nearly full', '{"kind": "threshold", "name": "Memory nearly full", "severity": "warning", "of": "host", "metric": "memory_percent", "op": ">", "value": 95, "for_seconds": 120, "clear_margin": 3}'),
  ('loss-not-finite', 'Loss is not a number', '{"kind": "nan", "name": "Loss is not a number", "severity": "critical", "metric": "*loss*"}'),
  ('client-loss-not-finite', 'Loss of a client is not a number', '{"kind": "nan", "name": "Loss of a client is not a number", "severity": "warning", "metric": "*loss*", "clients": "*"}'),
  ('run-failed', 'Run failed', '{"kind": "run_failed", "name": "Run failed", "severity": "critical"}'),
  ('client-dropped', 'Client drops out', '{"kind": "client_dropped", "name": "Client drops out", "severity": "warning", "rounds_in_a_row": 3}'),
  ('host-silent', 'Host is silent', '{"kind": "host_silent", "name": "Host is silent", "severity": "critical", "seconds": 60}');
