import { afterEach } from "vitest";

// A test that prints hides what matters; output belongs in an assertion.
const printed: string[] = [];
for (const method of ["log", "info", "warn", "error", "debug"] as const) {
  console[method] = (...values: unknown[]) => {
    printed.push(`console.${method}: ${values.map(String).join(" ")}`);
  };
}

afterEach(() => {
  const lines = printed.splice(0);
  if (lines.length > 0) throw new Error(`the test printed:\n${lines.join("\n")}`);
});
