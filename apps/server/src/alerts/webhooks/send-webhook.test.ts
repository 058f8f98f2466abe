import { describe, expect, it } from "vitest";
import { createTestCertificate } from "../../../../../packages/relay/src/testing-certificate.js";
import { type SendWebhookOptions, sendWebhook } from "./send-webhook.js";
import { SECRET, startReceiver } from "./testing-receiver.js";

const at = new Date("2026-11-21T10:00:00.000Z");
const send = (url: string, options: Partial<SendWebhookOptions> = {}) =>
  sendWebhook(
    { url, secret: SECRET, deliveryId: "one", payload: { alert: { title: "é" } } },
    { at, ...options },
  );

describe("sendWebhook", () => {
  it("posts a signed message", async () => {
    await using receiver = await startReceiver();
    expect(await send(receiver.url)).toEqual({ isDelivered: true, status: 204 });
    const body = { alert: { title: "é" } };
    expect(receiver.received).toEqual([
      { deliveryId: "one", body, isSigned: true, at: at.getTime() / 1_000 },
    ]);
  });

  it("needs no more than the head of an answer, however long it is", async () => {
    await using receiver = await startReceiver();
    receiver.answer((response) => {
      response.writeHead(200);
      const flood = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      };
      response.on("drain", flood);
      flood();
    });
    expect(await send(receiver.url)).toEqual({ isDelivered: true, status: 200 });
  });

  it("does not follow redirects", async () => {
    await using target = await startReceiver();
    await using receiver = await startReceiver();
    receiver.answer((response) => response.writeHead(307, { location: target.url }).end());
    const error = "the receiver answered 307, and redirects are not followed";
    expect(await send(receiver.url)).toEqual({ isDelivered: false, status: 307, error });
    expect(target.received).toEqual([]);
  });

  it("says why a message was not taken", async () => {
    await using receiver = await startReceiver();
    receiver.answer((response) => response.writeHead(500).end("secret words"));
    expect(await send(receiver.url)).toEqual({
      isDelivered: false,
      status: 500,
      error: "the receiver answered 500",
    });
    receiver.answer((response) => response.destroy());
    const broken = { isDelivered: false, error: "the receiver closed the connection without an answer" };
    expect(await send(receiver.url)).toEqual(broken);
    receiver.answer(() => {});
    const late = { isDelivered: false, error: "no answer within 0.05 s" };
    expect(await send(receiver.url, { timeoutMs: 50 })).toEqual(late);
    await receiver[Symbol.asyncDispose]();
    expect(await send(receiver.url)).toEqual({ isDelivered: false, error: "nothing listens there" });
  });

  it("sends nothing to refused addresses, under whatever name", async () => {
    const literal = { isDelivered: false, error: "nothing is sent to 169.254.169.254" };
    expect(await send("http://169.254.169.254/latest")).toEqual(literal);
    const resolve = (_: string, __: object, done: (...given: unknown[]) => void) =>
      done(null, [{ address: "fe80::1", family: 6 }]);
    const byName = { isDelivered: false, error: "metadata.internal is at fe80::1, to which nothing is sent" };
    expect(await send("http://metadata.internal/", { resolve: resolve as never })).toEqual(byName);
  });

  it("trusts those certificates that somebody vouches for", async () => {
    const tls = createTestCertificate();
    await using receiver = await startReceiver({ tls });
    expect(await send(receiver.url)).toMatchObject({
      isDelivered: false,
      error: expect.stringContaining("self-signed"),
    });
    expect(receiver.received).toEqual([]);
    expect(await send(receiver.url, { ca: tls.cert })).toEqual({ isDelivered: true, status: 204 });
    expect(receiver.received).toMatchObject([{ isSigned: true }]);
  });
});
