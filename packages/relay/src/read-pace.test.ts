import { afterEach, expect, it, vi } from "vitest";
import { roundStart, TestingClients } from "./testing-client.js";

const clients = new TestingClients();

afterEach(() => clients.close());

it("reads a publisher no further as long as its events cannot be kept, and loses none", async () => {
  let holdMs = 10;
  const { relay, url } = await clients.start({ holdPublishersMs: () => holdMs });
  const publisher = await clients.connect(url);
  const large = { ...roundStart(1), data: { ...roundStart(1).data, client_ids: ["x".repeat(100)] } };
  for (let i = 0; i < 5_000; i++) publisher.send(large);
  await vi.waitFor(() => expect(relay.counters.publishersPaused).toBeGreaterThan(1));
  expect(relay.counters.eventsAccepted).toBeLessThan(5_000);
  holdMs = 0;
  await vi.waitFor(() => expect(relay.counters.eventsAccepted).toBe(5_000), 10_000);
});
