import { defineConfig } from "vitest/config";

const fromSource = { ssr: { resolve: { conditions: ["@fedloom/source"] } } };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        ...fromSource,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "tooling/**/*.test.ts"],
          setupFiles: ["tooling/vitest/fail-on-print.ts"],
          // A hang must fail; a machine that is busy with other things must not.
          testTimeout: 60_000,
        },
      },
      {
        // Whole processes as users run them: built servers, a real database, a real browser.
        ...fromSource,
        test: {
          name: "system",
          include: ["apps/*/test/**/*.test.ts", "apps/*/e2e/**/*.test.ts"],
          setupFiles: ["tooling/vitest/fail-on-print.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
