import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const guide = read("docs/deployment.md");
const flags = read("apps/server/src/flags.ts");

const all = (pattern: RegExp, text = guide) => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? "")),
];

describe("docs/deployment.md", () => {
  it("names options that the server or a command has", () => {
    const commands = ["runs", "token", "watch"]
      .map((name) => read(`apps/cli/src/commands/${name}.ts`))
      .join();
    const known = `${flags}${commands}${read("apps/cli/src/runs/server-flags.ts")}${read("apps/cli/src/relay-flags.ts")}`;
    const ofOurs = guide
      .match(/^(npx|node|runuser|.*\bfedloom (serve|runs|token|watch)\b|\|).*(\\\n.*)*/gm)
      ?.join("\n");
    const named = all(/(?<!-)--([a-z][a-z-]*)/g, ofOurs).filter(
      (flag) => !["filter", "prod", "legacy"].includes(flag),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((flag) => !new RegExp(`\\b"?${flag}"?: [{]`).test(known))).toEqual([]);
  });

  it("names variables that are read", () => {
    const read_ = `${flags}${read("apps/cli/src/runs/server-flags.ts")}${read("docker-compose.yml")}`;
    const named = all(/\b(FEDLOOM_[A-Z_]+)\b/g);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !read_.includes(name))).toEqual([]);
  });

  it("watches metrics that /metrics has", () => {
    const sources = ["operation/operation-metrics.ts", "routes/metrics.ts"].map((path) =>
      read(`apps/server/src/${path}`),
    );
    const known = `${sources.join()}${read("packages/relay/src/prometheus.ts")}`;
    const named = all(/`[a-z(]*\b(fedloom_[a-z0-9_]+)/g);
    expect(named.length).toBeGreaterThan(5);
    const missing = named.filter((name) => !known.includes(`"${name.replace(/^fedloom_(relay_)?/, "")}"`));
    expect(missing).toEqual([]);
  });

  it("tells the defaults that the options have", () => {
    const rows = [...guide.matchAll(/^\|[^|]+\| `--([a-z-]+)` \| ([\d,]+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(2);
    for (const [, flag = "", value = ""] of rows) {
      const help = flags.match(new RegExp(`"?${flag}"?: \\{\\s+help: "[^"]*\\((\\d+)\\)"`))?.[1];
      expect(`${flag} ${help}`).toBe(`${flag} ${value.replace(",", "")}`);
    }
  });

  it("leads to pages that are there", () => {
    for (const path of all(/\]\((?!#|http)([^)#]+)\)/g))
      expect(() => read(join("docs", path)), path).not.toThrow();
    const anchors = all(/^#+ (.+)$/gm).map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^a-z ]/g, "")
        .replaceAll(" ", "-"),
    );
    for (const anchor of all(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor);
  });
});
