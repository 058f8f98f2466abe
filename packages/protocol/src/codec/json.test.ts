import { describe, expect, it } from "vitest";
import { decodeJson, MAX_FRAME_LENGTH } from "./json.js";

function codeOf(frame: string) {
  const decoded = decodeJson(frame);
  return decoded.ok ? "ok" : decoded.error.code;
}

describe("decodeJson", () => {
  it("refuses what is not JSON, too long, too deep, or reaches for a prototype", () => {
    expect(codeOf('{"a": 1}')).toBe("ok");
    expect(codeOf("{a}")).toBe("invalid_json");
    expect(codeOf("")).toBe("invalid_json");
    expect(codeOf(`"${"x".repeat(MAX_FRAME_LENGTH)}"`)).toBe("too_large");
    expect(codeOf("[".repeat(9) + "]".repeat(9))).toBe("too_deep");
    expect(codeOf("[".repeat(30_000) + "]".repeat(30_000))).toBe("too_deep");
    expect(codeOf('{"data": {"__proto__": {"admin": true}}}')).toBe("forbidden_key");
    expect(codeOf('[{"constructor": 1}]')).toBe("forbidden_key");
  });
});
