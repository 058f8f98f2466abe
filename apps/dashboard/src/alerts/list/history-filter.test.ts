import { describe, expect, it } from "vitest";
import { queryOfSearch } from "./history-filter.js";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const of = (text: string) => queryOfSearch(new URLSearchParams(text), NOW);

describe("queryOfSearch", () => {
  it("takes what it knows from an address", () => {
    expect(of("view=history&state=resolved&severity=critical&host=+north+&run=01J&since=24h")).toEqual({
      state: "resolved",
      severity: "critical",
      host: "north",
      run_id: "01J",
      since: "2026-11-20T10:00:00.000Z",
    });
  });

  it("leaves out what it does not know", () => {
    expect(of("state=x&severity=y&since=z&host=")).toEqual({});
  });
});
