import { describe, expect, it } from "vitest";
import { createJsonSchema } from "./json-schema.js";

describe("fedloom.v1.schema.json", () => {
  it("is what the schemas say; `npx vitest run packages/protocol -u` writes it anew", async () => {
    await expect(`${JSON.stringify(createJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(
      "../fedloom.v1.schema.json",
    );
  });
});
