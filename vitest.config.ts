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
        },
      },
    ],
  },
});
