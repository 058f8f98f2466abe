import { lookup as resolveName } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { ServerError } from "../../errors.js";

/**
 * Addresses that no receiver stands at, but services that give away a machine's secrets do: link-local ones and what
 * reaches them by another name, metadata services, "this machine" and groups. Private and loopback ones are allowed, for
 * receivers stand in networks of their own.
 */
const refused = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 4],
  ["255.255.255.255", 32],
  ["100.100.100.200", 32],
  ["168.63.129.16", 32],
  ["192.0.0.192", 32],
] as const) {
  refused.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["fe80::", 10],
  ["ff00::", 8],
  ["::", 128],
  ["fd00:ec2::254", 128],
  ["fd20:ce::254", 128],
  // IPv4 addresses within IPv6: translated, tunnelled.
  ["64:ff9b::169.254.0.0", 112],
  ["2002:a9fe::", 32],
  ["::169.254.0.0", 112],
] as const) {
  refused.addSubnet(network, bits, "ipv6");
}

export type Resolve = typeof resolveName;

/** Whether an address is one that nothing is sent to. */
export function isRefusedAddress(address: string): boolean {
  const family = isIP(address.split("%")[0] ?? "");
  return family === 0 || refused.check(address.split("%")[0] ?? "", family === 4 ? "ipv4" : "ipv6");
}

/** Refuses a URL whose host is such an address; names are looked at when they are resolved. */
export function refuseAddress(url: string): void {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) === 0 || !isRefusedAddress(host)) return;
  const expected = "an address that is neither link-local nor of a metadata service";
  const message = `receiver.url: expected ${expected}, received ${host}`;
  throw new ServerError("request_invalid", message, { field: "receiver.url", expected, received: host });
}

/** Resolves names for a connection, so that what was looked at is what is connected to. */
export function createGuardedLookup(resolve: Resolve = resolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "", 0);
      const bad = addresses.find(({ address }) => isRefusedAddress(address));
      const first = addresses[0];
      if (bad || !first) {
        const reason = `${hostname} is at ${bad?.address ?? "no address"}, to which nothing is sent`;
        return callback(Object.assign(new Error(reason), { code: "EREFUSED_ADDRESS" }), "", 0);
      }
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}
