import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { createTrustedProxies } from "./trusted-proxies.js";

function requestFrom(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe("trusted proxies", () => {
  const { addressOf, isTrusted } = createTrustedProxies(["10.0.0.0/8", "2001:db8::7"]);

  it("say whose request it is, each of the one before it", () => {
    expect(addressOf(requestFrom("192.0.2.1"))).toBe("192.0.2.1");
    expect(addressOf(requestFrom("::ffff:127.0.0.1", "192.0.2.1"))).toBe("192.0.2.1");
    expect(addressOf(requestFrom("127.0.0.1", "192.0.2.1, 10.1.2.3"))).toBe("192.0.2.1");
    expect(addressOf(requestFrom("2001:db8::7", "2001:db8::9"))).toBe("2001:db8::9");
    expect(addressOf(requestFrom("127.0.0.1"))).toBe("127.0.0.1");
  });

  it("are believed no further than they are trusted", () => {
    expect(addressOf(requestFrom("192.0.2.1", "127.0.0.1"))).toBe("192.0.2.1");
    expect(addressOf(requestFrom("127.0.0.1", "127.0.0.1, 192.0.2.1"))).toBe("192.0.2.1");
    expect(addressOf(requestFrom("127.0.0.1", "nonsense"))).toBe("127.0.0.1");
    expect(isTrusted("11.0.0.1")).toBe(false);
    expect(isTrusted("unix:")).toBe(false);
  });

  it.each(["proxy.example.org", "10.0.0.0/33", "10.0.0.0/8/8", "2001:db8::/x", ""])("refuses %j", (proxy) => {
    expect(() => createTrustedProxies([proxy])).toThrow(
      `--trusted-proxy: expected an IP address or a network such as 10.0.0.0/8, received ${JSON.stringify(proxy)}`,
    );
  });
});
