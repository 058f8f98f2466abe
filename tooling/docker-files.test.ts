import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json")) as { engines: { node: string }; version: string };
const dockerfile = read("Dockerfile");
const compose = read("docker-compose.yml");

/** The images that a file builds on or starts, with their tags. */
function images(text: string, keyword: RegExp): string[] {
  return [...text.matchAll(keyword)].map((match) => match[1] ?? "");
}

/** Instructions with the lines that go on in the next one put together. */
const instructions = dockerfile
  .replaceAll(/\\\n/g, " ")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const of = (name: string) => instructions.filter((line) => line.startsWith(`${name} `));

function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((each) => each.split(".").map(Number));
  const index = (a ?? []).findIndex((part, place) => part !== (b?.[place] ?? 0));
  return index < 0 || (a?.[index] ?? 0) > (b?.[index] ?? 0);
}

describe("the Dockerfile", () => {
  it("builds and runs on one exact version of Node that package.json allows", () => {
    const bases = images(dockerfile, /^FROM (\S+)/gm);
    expect(bases).toHaveLength(2);
    expect(new Set(bases).size).toBe(1);
    const version = bases[0]?.match(/^node:(\d+\.\d+\.\d+)-bookworm-slim$/)?.[1] ?? "";
    expect(version).not.toBe("");
    expect(isAtLeast(version, manifest.engines.node.replace(">=", ""))).toBe(true);
  });

  it("copies only what is there, and what .dockerignore lets through", () => {
    const sources = of("COPY")
      .filter((line) => !line.includes("--from="))
      .flatMap((line) => line.split(/\s+/).slice(1, -1))
      .filter((word) => !word.startsWith("--"));
    expect(sources).not.toEqual([]);
    const allowed =
      read(".dockerignore")
        .match(/^!(.+)$/gm)
        ?.map((line) => line.slice(1)) ?? [];
    for (const source of sources) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(
        allowed.some((path) => source === path || source.startsWith(`${path}/`)),
        source,
      ).toBe(true);
    }
  });

  it("has every member of the workspace that the lock file knows", () => {
    const importers = [...read("pnpm-lock.yaml").matchAll(/^ {2}((?:apps|packages|benchmarks)\S*):$/gm)];
    const copied = of("COPY").join("\n");
    expect(importers.length).toBeGreaterThan(5);
    for (const [, path = ""] of importers) expect(copied).toContain(path.split("/")[0]);
  });

  it("runs as a user of its own, whose folder is a volume, and asks the server how it is", () => {
    expect(of("USER")).toEqual(["USER node"]);
    expect(of("VOLUME")).toEqual(["VOLUME /data"]);
    expect(instructions.indexOf("USER node")).toBeLessThan(
      instructions.findIndex((line) => line.startsWith("ENTRYPOINT")),
    );
    const [, path = ""] =
      of("HEALTHCHECK")
        .join(" ")
        .match(/FEDLOOM_PORT\}(\/[a-z/]+)`/) ?? [];
    expect(read("apps/server/src/routes/health.ts")).toContain(`"${path}"`);
  });

  it("sets variables that the server reads", () => {
    const names = [
      ...of("ENV")
        .join(" ")
        .matchAll(/\b(FEDLOOM_\w+)=/g),
    ].map((match) => match[1] ?? "");
    const known = read("apps/server/src/flags.ts");
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !known.includes(`"${name}"`))).toEqual([]);
  });

  it("starts a script that can be run", () => {
    expect(statSync(join(root, "tooling/docker/fedloom")).mode & 0o111).not.toBe(0);
    expect(read("tooling/docker/fedloom")).toContain("/opt/fedloom/bin/fedloom.js");
    expect(existsSync(join(root, "apps/cli/bin/fedloom.js"))).toBe(true);
  });
});

describe("docker-compose.yml", () => {
  it("starts this version of the server and the PostgreSQL that is also embedded", () => {
    const [server = "", database = ""] = images(compose, /^ {4}image: (\S+)$/gm);
    expect(server).toBe(`fedloom:${manifest.version}`);
    const embedded = read("pnpm-workspace.yaml").match(/linux-x64": (\d+\.\d+)\./)?.[1];
    expect(database).toBe(`postgres:${embedded}-bookworm`);
  });

  it("publishes nothing but on this machine, keeps secrets in files, and gives up all privileges", () => {
    const ports = [...compose.matchAll(/^ {6}- "(.+:.+)"$/gm)].map((match) => match[1]);
    expect(ports).toHaveLength(1);
    expect(ports[0]).toMatch(/^127\.0\.0\.1:\$\{FEDLOOM_PORT:-8001\}:8001$/);
    expect(compose).not.toMatch(/PASSWORD: |postgres:\/\/[^@\s]*:[^@\s]*@/);
    for (const each of ["read_only: true", "no-new-privileges:true", "      - ALL", "pids_limit: "]) {
      expect(compose.split(each)).toHaveLength(3);
    }
    expect(compose).toContain('FEDLOOM_REQUIRE_TOKENS: "1"');
  });

  it("sets variables that the server reads", () => {
    const names = [...compose.matchAll(/^ {6}(FEDLOOM_\w+): /gm)].map((match) => match[1] ?? "");
    const known = read("apps/server/src/flags.ts");
    expect(names.filter((name) => !known.includes(`"${name}"`))).toEqual([]);
  });

  it("keeps its secrets out of the repository", () => {
    expect(read(".gitignore").split("\n")).toContain("secrets/");
  });
});
