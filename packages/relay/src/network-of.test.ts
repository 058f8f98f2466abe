import { describe, expect, it } from "vitest";
import { networkOf } from "./network-of.js";

describe("networkOf", () => {
  it("takes addresses of one subscriber together", () => {
    expect(networkOf("192.0.2.7")).toBe("192.0.2.7");
    expect(networkOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
    for (const address of ["2001:db8:0:1::7", "2001:0db8::1:0:0:0:8", "2001:DB8:0:1:2:3:4:5%eth0"]) {
      expect(networkOf(address)).toBe("2001:db8:0:1::/64");
    }
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
    expect(networkOf("")).toBe("");
  });
});
