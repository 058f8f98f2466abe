import { describe, expect, it } from "vitest";
import { areTokensRequired } from "./are-tokens-required.js";

const ALONE = {
  hosts: ["127.0.0.1", "localhost"],
  allowedHosts: [],
  allowedOrigins: [],
  requireTokens: false,
};

describe("areTokensRequired", () => {
  it("lets everybody on this machine work at once", () => {
    expect(areTokensRequired(ALONE)).toBe(false);
    expect(areTokensRequired({ ...ALONE, hosts: ["::1", undefined] })).toBe(false);
    expect(areTokensRequired({ ...ALONE, allowedOrigins: ["http://localhost:5173"] })).toBe(false);
  });

  it.each([
    ["another address", { hosts: ["0.0.0.0"] }],
    ["another address of the relay", { hosts: ["127.0.0.1", "192.168.1.5"] }],
    ["a name beyond this machine", { allowedHosts: ["fl.example.org"] }],
    ["pages of elsewhere", { allowedOrigins: ["https://fl.example.org"] }],
    ["an origin that is none", { allowedOrigins: ["null"] }],
    ["the operator's wish", { requireTokens: true }],
  ])("asks for tokens because of %s", (_, more) => {
    expect(areTokensRequired({ ...ALONE, ...more })).toBe(true);
  });
});
