import type { StreamPosition } from "@fedloom/protocol";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { RUN_A, RUN_B, roundStart, TestingClients } from "./testing-client.js";

const clients = new TestingClients();
afterEach(() => clients.close());

type Step = { publish: string } | "reconnect";

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ publish: fc.constantFrom(RUN_A, RUN_B) }) },
  { weight: 1, arbitrary: fc.constant("reconnect" as const) },
);

/**
 * A viewer that leaves and comes back at random, against a list of all events: what it gets is the list, or, where the
 * relay says that events are gone, the list with the gap that it told.
 */
describe("resuming", () => {
  it.each<[string, { run_id?: string }]>([
    ["one run", { run_id: RUN_A }],
    ["every run", {}],
  ])(
    "gives %s without loss or repetition, or tells the gap",
    { timeout: 60_000 },
    async (_name, subscription) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 60 }),
          fc.constantFrom(3, 10_000),
          async (steps, maxEvents) => {
            const { relay, url } = await clients.start({ maxEvents });
            const wanted: number[] = [];
            const seen: number[] = [];
            let [place, recovered, number] = [undefined as StreamPosition | undefined, true, 0];
            const follow = async () => {
              const client = await clients.connect(url);
              client.send({ type: "subscribe", data: { ...subscription, from: place ?? "start" } });
              const [start] = await client.until("subscribed");
              return { client, start };
            };
            // Both streams are there from the beginning, so that the start of each is known.
            for (const run of [RUN_A, RUN_B]) relay.publish(roundStart(++number, run));
            wanted.push(...(subscription.run_id ? [1] : [1, 2]));
            let { client } = await follow();
            const newest = () => client.ofType("round_start").at(-1)?.data.round ?? seen.at(-1);
            const leave = async () => {
              await expect.poll(newest).toBe(wanted.at(-1));
              for (const { data, meta } of client.ofType("round_start")) {
                seen.push(data.round as number);
                place = meta && { epoch: meta.epoch, offset: meta.offset };
              }
              client.socket.terminate();
            };
            let isAway = false;
            for (const each of steps) {
              if (each !== "reconnect") {
                relay.publish(roundStart(++number, each.publish));
                if (!subscription.run_id || each.publish === RUN_A) wanted.push(number);
                // While the viewer is there it must not fall behind what three events of memory hold.
                if (!isAway) await expect.poll(newest).toBe(wanted.at(-1));
              } else if (isAway) {
                const back = await follow();
                client = back.client;
                recovered &&= back.start?.data.recovered === true;
                isAway = false;
                // What it missed fills the memory already: one event more before it is read, and it has fallen behind.
                await expect.poll(newest).toBe(wanted.at(-1));
              } else {
                await leave();
                isAway = true;
              }
            }
            if (isAway) {
              const back = await follow();
              client = back.client;
              recovered &&= back.start?.data.recovered === true;
            }
            await leave();
            // Told gaps come with a snapshot, which repeats nothing that was seen and keeps the order.
            if (recovered) expect(seen).toEqual(wanted);
            else expect(seen.at(-1)).toBe(wanted.at(-1));
            if (maxEvents === 10_000) expect(recovered).toBe(true);
            await clients.close();
          },
        ),
        { numRuns: 30 },
      );
    },
  );
});
