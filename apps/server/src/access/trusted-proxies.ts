import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { ServerError } from "../errors.js";

/** Proxies whose word is taken for whose request it is. */
export interface TrustedProxies {
  isTrusted(address: string): boolean;
  /** The address of whoever asks: of the connection, or what trusted proxies say of it. */
  addressOf(request: IncomingMessage): string;
}

const OF_THIS_MACHINE = ["127.0.0.0/8", "::1"];

/**
 * Reads addresses and networks (`10.0.0.0/8`); proxies on this machine are trusted as well.
 * @throws ServerError `option_invalid`.
 */
export function createTrustedProxies(proxies: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const proxy of [...OF_THIS_MACHINE, ...proxies]) add(list, proxy);
  const isTrusted = (address: string) => {
    const plain = plainOf(address);
    return isIP(plain) !== 0 && list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
  };
  return {
    isTrusted,
    addressOf({ socket, headers }) {
      const said = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
      let address = plainOf(socket.remoteAddress ?? "");
      while (isTrusted(address)) {
        const before = plainOf(said.pop()?.trim() ?? "");
        if (isIP(before) === 0) break;
        address = before;
      }
      return address;
    },
  };
}

function add(list: BlockList, proxy: string): void {
  const [address = "", bits, ...rest] = proxy.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const most = family === "ipv6" ? 128 : 32;
  const isRight = isIP(address) !== 0 && rest.length === 0 && (bits === undefined || isUpTo(most, bits));
  if (!isRight) {
    const expected = "an IP address or a network such as 10.0.0.0/8";
    const message = `--trusted-proxy: expected ${expected}, received ${JSON.stringify(proxy)}`;
    throw new ServerError("option_invalid", message, {
      field: "--trusted-proxy",
      expected,
      received: proxy,
    });
  }
  list.addSubnet(address, bits === undefined ? most : Number(bits), family);
}

function isUpTo(most: number, bits: string): boolean {
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

/** IPv4 as itself, also where it comes as IPv6. */
function plainOf(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
