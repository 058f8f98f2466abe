import type { WireEvent } from "@fedloom/protocol";
import { afterEach, describe, expect, it } from "vitest";
import type { HistoryQuery, HistorySource } from "./history.js";
import { RUN_A, roundStart, TestingClients } from "./testing-client.js";

const clients = new TestingClients();
afterEach(() => clients.close());

/** Events as a database would have stored them. */
class ListHistory implements HistorySource {
  readonly events: WireEvent[] = [];
  readonly queries: HistoryQuery[] = [];
  isDown = false;

  /** Rounds `first` to `last`, as stored in one epoch with offsets equal to the rounds. */
  store(epoch: string, first: number, last: number): void {
    for (let round = first; round <= last; round++) {
      this.events.push({
        ...roundStart(round),
        meta: { source: "trainer", seq: round, epoch, offset: round },
      });
    }
  }

  async read(query: HistoryQuery): Promise<WireEvent[] | undefined> {
    this.queries.push(query);
    if (this.isDown) throw new Error("the database is away");
    const { after, limit } = query;
    if (!after) return this.events.slice(0, limit);
    const last = this.events.findLastIndex(
      ({ meta }) => meta?.epoch === after.epoch && (meta.offset ?? 0) <= after.offset,
    );
    return last < 0 ? undefined : this.events.slice(last + 1, last + 1 + limit);
  }

  async lastSeq(): Promise<number> {
    if (this.isDown) throw new Error("the database is away");
    return this.events.at(-1)?.meta?.seq ?? 0;
  }
}

function rounds(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

async function startWith(history: ListHistory, maxEvents = 10_000) {
  const { relay, url } = await clients.start({ history, maxEvents });
  const view = async (data: object, count: number) => {
    const viewer = await clients.connect(url);
    viewer.send({ type: "subscribe", data: { run_id: RUN_A, ...data } });
    const events = await viewer.until("round_start", count);
    return {
      viewer,
      rounds: events.map((event) => event.data.round),
      start: viewer.ofType("subscribed")[0]?.data,
    };
  };
  return { relay, url, view };
}

describe("a relay with a history", () => {
  it("gives a run from its start when memory has only the end, over several pages, then goes on live", async () => {
    const history = new ListHistory();
    const { relay, view } = await startWith(history, 10);
    for (const round of rounds(1, 1_210)) relay.publish(roundStart(round));
    const { epoch } = relay.streams.get(RUN_A) ?? { epoch: "" };
    history.store(epoch, 1, 1_205);
    const { viewer, ...seen } = await view({ from: "start" }, 1_210);
    expect(seen).toMatchObject({ rounds: rounds(1, 1_210), start: { recovered: true, offset: 1_210 } });
    relay.publish(roundStart(1_211));
    expect((await viewer.until("round_start", 1_211)).at(-1)?.data.round).toBe(1_211);
  });

  it("lets viewers of an earlier relay go on after their last event, with one read for all", async () => {
    const history = new ListHistory();
    history.store("earlier", 1, 40);
    const { relay, view } = await startWith(history);
    relay.publish(roundStart(41));
    const from = { epoch: "earlier", offset: 30 };
    const all = await Promise.all(Array.from({ length: 20 }, () => view({ from }, 11)));
    for (const { rounds: seen, start } of all) {
      expect({ seen, recovered: start?.recovered }).toEqual({ seen: rounds(31, 41), recovered: true });
    }
    expect(history.queries).toHaveLength(1);
  });

  it("says so when nobody knows what follows", async () => {
    const history = new ListHistory();
    const { relay, view } = await startWith(history);
    relay.publish(roundStart(5));
    expect(await view({ from: { epoch: "unknown", offset: 3 } }, 1)).toMatchObject({
      rounds: [5],
      start: { recovered: false },
    });
    history.isDown = true;
    expect(await view({ from: "start" }, 1)).toMatchObject({ rounds: [5], start: { recovered: false } });
    expect(relay.counters.historyFailures).toBe(1);
  });

  it("tells a gap that shows only while it replays", async () => {
    const history = new ListHistory();
    const { relay, view } = await startWith(history, 2);
    for (const round of rounds(1, 9)) relay.publish(roundStart(round));
    history.store(relay.streams.get(RUN_A)?.epoch ?? "", 1, 4);
    const { viewer, rounds: seen } = await view({ from: "start" }, 6);
    expect(seen).toEqual([1, 2, 3, 4, 8, 9]);
    expect(viewer.ofType("subscribed").map(({ data }) => data.recovered)).toEqual([true, false]);
  });

  it("asks nothing of it for a viewer that memory can serve", async () => {
    const history = new ListHistory();
    const { relay, view } = await startWith(history);
    for (const round of rounds(1, 3)) relay.publish(roundStart(round));
    const { epoch } = relay.streams.get(RUN_A) ?? { epoch: "" };
    await view({ from: { epoch, offset: 1 } }, 2);
    expect(history.queries).toEqual([]);
  });

  it("tells a publisher what an earlier relay stored of it", async () => {
    const history = new ListHistory();
    history.store("earlier", 1, 40);
    const { url } = await startWith(history);
    const publisher = await clients.connect(url);
    publisher.send({ type: "publish", data: { run_id: RUN_A, source: "trainer" } });
    const acks = await publisher.until("ack", 2);
    expect(acks.map(({ data }) => [data.level, data.seq])).toEqual([
      ["accepted", 40],
      ["stored", 40],
    ]);
  });
});
