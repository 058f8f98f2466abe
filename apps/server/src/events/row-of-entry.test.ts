import type { WireEvent } from "@fedloom/protocol";
import { Relay, type StreamEntry } from "@fedloom/relay";
import { expect, it } from "vitest";
import { jsonOfEntry, rowOfEntry, rowOfEvent, rowOfJson } from "./row-of-entry.js";

const RUN = "01JD0000000000000000000000";

async function entryOf(event: WireEvent): Promise<StreamEntry> {
  await using relay = new Relay();
  const entries: StreamEntry[] = [];
  relay.onEvent((_, entry) => entries.push(entry));
  relay.publish(event);
  return entries[0] as StreamEntry;
}

it.each<[string, string, WireEvent["meta"]]>([
  ["an ordinary event", "no", { source: "trainer", seq: 7 }],
  ["one of a plain publisher", "no", undefined],
  [
    "quotation marks that look like the end",
    '","data":{},"meta":{"source":"x"}}\\',
    { source: 's","meta":{', seq: 1 },
  ],
  ["lines and characters of several bytes", "a\nb\u2028🫁\0\ud800", { source: "ключ", seq: 2 }],
  ["a long event", "x".repeat(4_000).repeat(17), { source: "trainer", seq: 3 }],
])("cuts the data out of %s", async (_, error, meta) => {
  const data = { run_id: RUN, error, error_type: "x", fatal: false, more: { meta: { a: 1 }, data: [] } };
  const event = {
    type: "error",
    timestamp: "2026-11-20T10:00:00.000Z",
    data,
    ...(meta && { meta }),
  } as const;
  const entry = await entryOf(event);
  const { json, ...place } = rowOfEntry(entry, RUN) as { json: string; timestamp: string };
  const { payload, ...expected } = rowOfEvent(entry.event, RUN);
  expect(place).toEqual(expected);
  expect(JSON.parse(json)).toEqual(payload);
  expect(json).not.toContain("\n");
  expect(rowOfJson(jsonOfEntry(entry))).toEqual({ ...place, json });
});

it("finds the run of an event wherever that is said", async () => {
  const data = { error: "x", more: { run_id: "other" }, run_id: RUN };
  const entry = await entryOf({ type: "error", timestamp: "2026-11-20T10:00:00.000Z", data });
  expect(rowOfJson(jsonOfEntry(entry))).toMatchObject({ runId: RUN, payload: data });
});
