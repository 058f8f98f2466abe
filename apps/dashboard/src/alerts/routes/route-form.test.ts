import { alertRoute } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { routeOfValues, valuesOfRoute } from "./route-form.js";

const wire = {
  name: "On call",
  is_enabled: false,
  matcher: { severities: ["critical"], hosts: ["n*"] },
  receiver: { kind: "webhook", url: "https://alerts.example.org/fedloom" },
};

describe("the form of a route", () => {
  it("gives a route back as it was, without the secret that it never had", () => {
    const route = alertRoute.fromWire({ route_id: "r", ...wire });
    expect(routeOfValues(valuesOfRoute(route))).toEqual({ ok: true, route: wire });
    const withSecret = routeOfValues({ ...valuesOfRoute(route), secret: "sixteen-letters-x" });
    expect(withSecret).toMatchObject({ route: { receiver: { secret: "sixteen-letters-x" } } });
    expect(routeOfValues({ ...valuesOfRoute(route), kind: "log" })).toMatchObject({
      route: { receiver: { kind: "log" } },
    });
  });

  it("says what is wrong, by the field's name", () => {
    const fieldOf = (changes: object) => {
      const made = routeOfValues({ ...valuesOfRoute(), name: "n", url: "http://h/x", ...changes });
      return made.ok ? undefined : made.problem.field;
    };
    expect(fieldOf({})).toBeUndefined();
    expect(fieldOf({ name: " " })).toBe("name");
    expect(fieldOf({ url: "ftp://x" })).toBe("receiver.url");
    expect(fieldOf({ secret: "short" })).toBe("receiver.secret");
  });
});
