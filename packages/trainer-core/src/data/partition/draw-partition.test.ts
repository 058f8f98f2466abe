import { describe, expect, it } from "vitest";
import { describePartition } from "./describe-partition.js";
import { drawPartition } from "./draw-partition.js";
import { partitionSvg } from "./partition-svg.js";

const labels = Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
const parts = [Uint32Array.of(0, 1), Uint32Array.of(2, 6), Uint32Array.of(3, 4, 5, 7, 8, 9, 10, 11)];
const statistics = describePartition(labels, parts, 2);
const classNames = ["normal", "pneumonia"];

describe("drawPartition", () => {
  it("draws a bar for each client, as long as it has samples", () => {
    expect(drawPartition(statistics, { classNames, width: 22 })).toEqual([
      "1  2  AAAA",
      "2  2  AABB",
      "3  8  AAAAAABBBBBBBBBB",
      "",
      "A normal 50 %",
      "B pneumonia 50 %",
      "",
      "12 samples over 3",
      "clients of 2 to 8,",
      "median 2, Gini 0.33;",
      "classes of a client",
      "beside the whole's:",
      "total variation 0.21,",
      "Hellinger 0.21,",
      "effective number 1.65",
    ]);
  });

  it("colours the bars when asked to", () => {
    const [line = ""] = drawPartition(statistics, { classNames, width: 22, colour: true });
    expect(line).toBe("1  2  \u001b[38;5;16;48;5;117mAAAA\u001b[0m");
  });

  it("sums up the clients past the last that has a line", () => {
    const lines = drawPartition(statistics, { classNames, width: 40, maxClients: 1 });
    expect(lines.slice(0, 2)).toEqual(["1  2  AAAAAAAAA", "and 2 more clients with 2 to 8 samples"]);
  });

  it("stays within its width with thousands of clients and long names, and prints no control characters", () => {
    const numClasses = 60;
    const many = Uint8Array.from({ length: 6000 }, (_, i) => i % numClasses);
    const dealt = Array.from({ length: 2000 }, (_, i) => Uint32Array.of(3 * i, 3 * i + 1, 3 * i + 2));
    const names = Array.from({ length: numClasses }, (_, i) => `\u001b[2J\u202e${"long ".repeat(20)}${i}\n`);
    const lines = drawPartition(describePartition(many, dealt, numClasses), { classNames: names, width: 60 });
    expect(lines.length).toBeLessThan(90);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    expect(lines.join("")).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
    expect(lines).toContain("# 8 more classes");
  });
});

describe("partitionSvg", () => {
  it("draws each class of each client with its width, and a legend", () => {
    const svg = partitionSvg(statistics, { classNames, width: 520 });
    // (520 - 56 - 64) / 8 = 50 pixels a sample.
    expect(svg).toContain(
      '<rect x="56" y="34" width="100" height="14" fill="#4e79a7"><title>normal: 2</title></rect>',
    );
    expect(svg).toContain(
      '<rect x="206" y="70" width="250" height="14" fill="#f28e2b"><title>pneumonia: 5</title></rect>',
    );
    expect(svg.match(/<rect/g)?.length).toBe(7);
    expect(svg).toContain("prefers-color-scheme:dark");
  });

  it("escapes every text from outside", () => {
    const names = ['<script>alert("1")</script>', "a & b\u0000\ud800\u202e"];
    const svg = partitionSvg(statistics, { classNames: names, title: "<b>&'" });
    expect(svg).not.toMatch(/<script|<b>|&(?!#)/);
    expect(svg).not.toMatch(/\p{Surrogate}/u);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    expect(svg).not.toMatch(/[\u0000-\u0009\u202e]/);
    expect(svg).toContain("&#60;b&#62;&#38;&#39;");
  });

  it("is bounded whatever the number of clients", () => {
    const many = Array.from({ length: 5000 }, () => Uint32Array.of(0, 6));
    const svg = partitionSvg(describePartition(labels, many, 2), { classNames });
    expect(svg).toContain("and 4900 more clients");
    expect(svg.length).toBeLessThan(60_000);
  });
});
