import { describe, expect, it } from "vitest";
import { createGuardedLookup, isRefusedAddress, refuseAddress } from "./refused-addresses.js";

describe("isRefusedAddress", () => {
  it.each([
    "169.254.169.254",
    "169.254.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "100.100.100.200",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "ff02::1",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "not an address",
  ])("refuses %s", (address) => expect(isRefusedAddress(address)).toBe(true));

  it.each([
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "192.168.1.1",
    "172.16.0.1",
    "fd12:3456::1",
    "203.0.113.5",
    "2001:db8::1",
  ])("allows %s", (address) => expect(isRefusedAddress(address)).toBe(false));
});

describe("refuseAddress", () => {
  it.each([
    "http://169.254.169.254/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://[::ffff:169.254.1.1]/",
  ])("refuses %s", (url) =>
    expect(() => refuseAddress(url)).toThrow(/^receiver.url: expected an address that is neither/),
  );

  it("leaves names to be looked at when they are resolved", () => {
    expect(() => refuseAddress("https://alerts.example.org/hook")).not.toThrow();
    expect(() => refuseAddress("http://10.0.0.1:8080/")).not.toThrow();
  });
});

describe("createGuardedLookup", () => {
  const lookUp = (addresses: string[], all: boolean) =>
    new Promise((resolve) => {
      const found = addresses.map((address) => ({ address, family: 4 }));
      const guarded = createGuardedLookup(((
        _name: string,
        _options: object,
        done: (...given: unknown[]) => void,
      ) => done(null, found)) as never);
      guarded("name", { all }, (error, address) => resolve(error ? error.message : address));
    });

  it("gives a connection the addresses that it looked at", async () => {
    expect(await lookUp(["10.0.0.1", "10.0.0.2"], false)).toBe("10.0.0.1");
    expect(await lookUp(["10.0.0.1"], true)).toEqual([{ address: "10.0.0.1", family: 4 }]);
  });

  it("refuses a name of which any address is refused", async () => {
    const refusal = "name is at 169.254.1.1, to which nothing is sent";
    expect(await lookUp(["10.0.0.1", "169.254.1.1"], true)).toBe(refusal);
    expect(await lookUp([], true)).toBe("name is at no address, to which nothing is sent");
  });
});
