import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { TrainerError } from "../../errors.js";
import { countLabels } from "../dataset.js";
import { valuesOf } from "../testing-samples.js";
import { type CsvOptions, parseCsvDataset } from "./csv-dataset.js";

const data = process.env.FEDLOOM_DATA ?? join(import.meta.dirname, "../../../../../../shared/data");
const realFile = join(data, "breast-cancer-wisconsin", "breast_cancer.csv");

const parse = (text: string | Uint8Array, options: CsvOptions & { seed?: number } = {}) =>
  parseCsvDataset(typeof text === "string" ? new TextEncoder().encode(text) : text, {
    file: "t.csv",
    seed: 1,
    ...options,
  });

/** 40 rows: a number, a category and one of two classes. */
const rows = (change: (row: number) => string | undefined = () => undefined): string =>
  Array.from(
    { length: 40 },
    (_, i) => change(i) ?? `${i},${i % 3 === 0 ? "f" : "m"},${i % 2 ? "yes" : "no"}`,
  ).join("\n");
const table = (change?: (row: number) => string | undefined): string => `age,sex,ill\n${rows(change)}\n`;

const all = (dataset: Awaited<ReturnType<typeof parse>>) => [dataset.train, dataset.val, dataset.test];

describe("parseCsvDataset", () => {
  it("reads the real breast cancer table in scikit-learn's form", async () => {
    const dataset = await parse(await readFile(realFile), { name: "breast-cancer" });
    expect(dataset).toMatchObject({
      name: "breast-cancer",
      synthetic: false,
      sampleShape: [30],
      classNames: ["malignant", "benign"],
      task: "classification",
    });
    expect(all(dataset).map(({ numSamples }) => numSamples)).toEqual([398, 57, 114]);
    const counts = all(dataset).map(({ labels }) => countLabels(labels, 2));
    expect([0, 1].map((label) => counts.reduce((sum, count) => sum + (count[label] as number), 0))).toEqual([
      212, 357,
    ]);
    for (const [malignant = 0, benign = 0] of counts)
      expect(malignant / (malignant + benign)).toBeCloseTo(0.3726, 1);
    for (let column = 0; column < 30; column += 1) {
      const values = Float64Array.from(valuesOf(dataset.train)).filter((_, i) => i % 30 === column);
      const mean = values.reduce((sum, value) => sum + value, 0) / 398;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 398;
      expect([Math.abs(mean) < 1e-5, Math.abs(variance - 1) < 1e-4]).toEqual([true, true]);
    }
  });

  it("refuses the real table when rows are missing or a cell is damaged", async () => {
    const text = (await readFile(realFile)).toString();
    const lines = text.trim().split("\n");
    await expect(parse(lines.slice(0, -1).join("\n"))).rejects.toThrow(
      "t.csv: expected 569 rows as its first line says, got 568",
    );
    await expect(parse(text.slice(0, 60_000))).rejects.toThrow(
      /^t\.csv: line 287: expected 31 values as in the lines before/,
    );
    await expect(parse(text.replace("122.8", "1x2.8"))).rejects.toThrow(
      't.csv: line 2, column "feature 3": expected a number, got "1x2.8" (say that the column is a "category" if it has none)',
    );
  });

  it("finds numbers and categories, standardises over the training part only, and splits by the seed", async () => {
    const dataset = await parse(table());
    expect(dataset.sampleShape).toEqual([3]);
    expect(dataset.classNames).toEqual(["no", "yes"]);
    const [age, sex] = dataset.columns;
    expect(sex).toEqual({ name: "sex", type: "category", categories: ["f", "m"] });
    expect(all(dataset).map(({ labels }) => countLabels(labels, 2))).toEqual([
      [14, 14],
      [2, 2],
      [4, 4],
    ]);
    if (age?.type !== "number") throw new Error("age: expected a number");
    const ages = all(dataset).map((samples) =>
      [...valuesOf(samples).filter((_, i) => i % 3 === 0)].map((value) =>
        Math.round(value * age.deviation + age.mean),
      ),
    );
    expect(ages.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    const [train = []] = ages;
    expect(age.mean).toBeCloseTo(train.reduce((sum, value) => sum + value, 0) / train.length, 9);
    for (const [part, samples] of all(dataset).entries()) {
      for (const [i, value] of (ages[part] as number[]).entries()) {
        expect(samples.labels[i]).toBe(value % 2);
        expect([...valuesOf(samples).subarray(3 * i + 1, 3 * i + 3)]).toEqual(
          value % 3 === 0 ? [1, 0] : [0, 1],
        );
      }
    }
    expect((await parse(table())).train).toEqual(dataset.train);
    expect((await parse(table(), { seed: 2 })).train).not.toEqual(dataset.train);
  });

  it("reads the same from other delimiters, line ends, quotes, a byte order mark and blanks", async () => {
    const expected = (await parse(table())).train;
    const forms = [
      table().replaceAll(",", ";"),
      table().replaceAll(",", "\t"),
      table().replaceAll(",", "|"),
      table().replaceAll("\n", "\r\n"),
      table().replaceAll("\n", "\r"),
      `\uFEFF${table()}`,
      table().replaceAll("f,", '"f",').replace("sex", '"sex"'),
      table().replaceAll(",", " , "),
      `${table()}\n\n`,
    ];
    for (const form of forms) {
      const { train } = await parse(form);
      expect(train).toEqual(expected);
    }
  });

  it("keeps commas, quotes and line ends that are quoted", async () => {
    const dataset = await parse(table((i) => (i % 2 ? `${i},"a, ""b""\nc",yes` : undefined)));
    expect(dataset.columns[1]).toMatchObject({ categories: ['a, "b"\nc', "f", "m"] });
  });

  it("takes the label by name or place, and predicts numbers when told to", async () => {
    expect((await parse(table(), { label: "sex" })).classNames).toEqual(["f", "m"]);
    expect((await parse(table(), { label: -2 })).classNames).toEqual(["f", "m"]);
    expect((await parse(table(), { label: 1, classNames: ["women", "men"] })).classNames).toEqual([
      "women",
      "men",
    ]);
    const regression = await parse(table(), { label: "age", task: "regression" });
    expect(regression).toMatchObject({ task: "regression", classNames: ["age"], sampleShape: [4] });
    expect([...(regression.train.targets as Float32Array)].every((age) => age >= 0 && age < 40)).toBe(true);
    expect(regression.train.targets).toHaveLength(regression.train.numSamples);
  });

  it("orders classes that are numbers by value, whatever the machine's language", async () => {
    const text = `x,y\n${Array.from({ length: 60 }, (_, i) => `${i},${[10, 9, -1][i % 3]}`).join("\n")}`;
    expect((await parse(text)).classNames).toEqual(["-1", "9", "10"]);
    const names = `x,y\n${Array.from({ length: 60 }, (_, i) => `${i},${["ä", "z", "A"][i % 3]}`).join("\n")}`;
    expect((await parse(names)).classNames).toEqual(["A", "z", "ä"]);
  });

  it("refuses, fills or drops what is missing", async () => {
    const holed = table((i) => (i === 5 ? "?,m,yes" : i === 7 ? "7,NA,yes" : undefined));
    await expect(parse(holed)).rejects.toThrow(
      't.csv: line 7, column "age": expected a value, got a missing one (say what to do with it: missing: mean or drop)',
    );
    const dropped = await parse(holed, { missing: "drop" });
    expect(all(dropped).reduce((sum, { numSamples }) => sum + numSamples, 0)).toBe(38);
    expect(dropped.warnings).toEqual(["2 of 40 rows left out: they have missing values"]);
    const filled = await parse(holed, { missing: "mean" });
    expect(all(filled).reduce((sum, { numSamples }) => sum + numSamples, 0)).toBe(40);
    expect(filled.warnings).toEqual(["2 missing values filled in"]);
    expect(filled.columns[1]).toMatchObject({ fill: "m" });
    const ages = all(filled).flatMap((samples) => [...valuesOf(samples).filter((_, i) => i % 3 === 0)]);
    expect(ages.filter((age) => age === 0)).toHaveLength(1);
    await expect(
      parse(
        table((i) => (i === 5 ? "5,m," : undefined)),
        { missing: "mean" },
      ),
    ).rejects.toThrow('t.csv: line 7, column "ill": expected a value, got a missing one');
    await expect(
      parse(
        table(() => ",f,no"),
        { missing: "drop" },
      ),
    ).rejects.toThrow("got none of 40");
    await expect(
      parse(
        table((i) => `,f,${i % 2}`),
        { missing: "mean" },
      ),
    ).rejects.toThrow('column "age": expected values, got none in any row');
  });

  it("refuses a way of filling, and a task, that it does not know", async () => {
    await expect(parse(table(), { missing: "median" as "mean" })).rejects.toThrow(
      'missing: expected one of refuse, mean, drop, got "median"',
    );
    await expect(parse(table(), { task: "multi-label" as "regression" })).rejects.toThrow(
      'task: expected one of classification, regression, got "multi-label"',
    );
  });

  it("keeps the rows of a group together", async () => {
    const text = `patient,x,y\n${Array.from({ length: 200 }, (_, i) => `p${i % 40},${i % 40},${i % 2}`).join("\n")}`;
    const dataset = await parse(text, { group: "patient", standardize: false });
    expect(dataset.sampleShape).toEqual([1]);
    const patients = all(dataset).map((samples) => new Set(valuesOf(samples)));
    expect(patients.reduce((sum, set) => sum + set.size, 0)).toBe(40);
    expect(new Set(patients.flatMap((set) => [...set])).size).toBe(40);
  });

  it("leaves out columns that are to be ignored, and takes numbers as categories when told to", async () => {
    const dataset = await parse(table(), { columns: { age: "ignore" } });
    expect(dataset.sampleShape).toEqual([2]);
    const years = await parse(
      table((i) => `${2000 + (i % 3)},f,${i % 2}`),
      { columns: { age: "category" } },
    );
    expect(years.columns[0]).toEqual({ name: "age", type: "category", categories: ["2000", "2001", "2002"] });
  });

  it("makes nothing of a constant column, however large", async () => {
    const dataset = await parse(table((i) => `123456789.123,f,${i % 2}`));
    expect(
      Math.max(
        ...valuesOf(dataset.train)
          .filter((_, i) => i % 2 === 0)
          .map(Math.abs),
      ),
    ).toBeLessThan(1e-6);
  });

  it("reads a table without names", async () => {
    const dataset = await parse(rows(), { header: false });
    expect(dataset.columns.map(({ name }) => name)).toEqual(["column 1", "column 2"]);
    await expect(parse("1,2\n3,4\n")).rejects.toThrow(
      "t.csv: line 1: expected the names of the columns, got numbers only: say header: false if it has none",
    );
  });

  it("reads the same in a browser, where there is no Buffer", async () => {
    const expected = await parse(table());
    vi.stubGlobal("Buffer", undefined);
    const dataset = await parse(table()).finally(() => vi.unstubAllGlobals());
    expect(dataset).toEqual(expected);
  });

  it("reads or refuses text that is cut or damaged anywhere", async () => {
    const whole = new TextEncoder().encode(table((i) => (i % 2 ? `${i},"a, ""b""",yes` : undefined)));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const damaged = byte === 0 ? whole.slice(0, at) : whole.slice();
        if (byte !== 0) damaged[at] = byte;
        const result = await parse(damaged).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(TrainerError);
        else
          expect(valuesOf((result as Awaited<ReturnType<typeof parse>>).train).every(Number.isFinite)).toBe(
            true,
          );
      }),
      { numRuns: 300 },
    );
  });

  const long = "x".repeat(2 ** 20 + 1);
  it.each<[string, string | Uint8Array, CsvOptions, string]>([
    ["nothing", "", {}, "t.csv: expected lines of values, got an empty file"],
    ["blank lines", " \n\n", {}, "got an empty file"],
    ["names only", "a,b\n", {}, "t.csv: expected rows of values, got none"],
    [
      "a short row",
      table((i) => (i === 9 ? "9,m" : undefined)),
      {},
      "t.csv: line 11: expected 3 values as in the lines before, got 2",
    ],
    [
      "a long row",
      table((i) => (i === 9 ? "9,m,yes,1" : undefined)),
      {},
      "t.csv: line 11: expected 3 values as in the lines before, got 4",
    ],
    [
      "one column",
      "a\n1\n2\n",
      {},
      "t.csv: expected columns for features beside the label, got 1 columns in all",
    ],
    [
      "a name twice",
      "a,b,a\n1,2,3\n",
      {},
      't.csv: line 1: expected each column name once, got "a" for columns 1 and 3',
    ],
    ["no name", "a,,b\n1,2,3\n", {}, "t.csv: line 1: expected a name for column 2, got none"],
    ["an open quote", 'a,b\n1,"2\n3,4\n', {}, "expected a closing quote, got the end of the file"],
    [
      "a quote inside",
      'a,b\n1,2"x\n',
      {},
      "t.csv: line 2: expected quotes around the whole value, got one inside",
    ],
    [
      "text after a quote",
      'a,b\n"x"y,2\n',
      {},
      "t.csv: line 2: expected quotes around the whole value, got one inside",
    ],
    ["a huge cell", `a,b\n${long},1\n`, {}, "expected lines of at most 1048576 characters, got a longer one"],
    ["a zero byte", "a,b\n1,\0\n", {}, "t.csv: line 2: expected text, got a zero byte: is it a CSV file?"],
    [
      "Latin-1",
      Uint8Array.of(97, 44, 98, 10, 49, 44, 0xe4, 10),
      {},
      "t.csv: line 2: expected UTF-8 text, got bytes in another encoding",
    ],
    [
      "UTF-16",
      Uint8Array.of(0xff, 0xfe, 97, 0),
      {},
      "t.csv: expected UTF-8 text, got UTF-16: save it as UTF-8",
    ],
    [
      "a number of two commas",
      table((i) => (i === 3 ? '"1,5",f,no' : undefined)),
      {},
      'line 5, column "age": expected a number, got "1,5"',
    ],
    [
      "infinity",
      table((i) => (i === 3 ? "Infinity,f,no" : undefined)),
      {},
      'expected a number, got "Infinity"',
    ],
    [
      "a number out of range",
      table((i) => (i === 3 ? "1e39,f,no" : undefined)),
      {},
      'line 5, column "age": expected a number within +-3.4e38, got "1e39"',
    ],
    ["hexadecimal", table((i) => (i === 3 ? "0x10,f,no" : undefined)), {}, 'expected a number, got "0x10"'],
    [
      "one class",
      table((i) => `${i},f,no`),
      {},
      'column "ill": expected at least two classes, got "no" only',
    ],
    [
      "too many classes",
      `a,b\n${Array.from({ length: 300 }, (_, i) => `1,${i / 2}`).join("\n")}`,
      {},
      'column "b": expected at most 256 categories, got more, such as "0, 0.5, 1" (say task: "regression" if it is a number to predict)',
    ],
    [
      "too many categories",
      table((i) => `n${i},f,${i % 2}`),
      { maxCategories: 30 },
      'column "age": expected at most 30 categories',
    ],
    ["too many bytes", table(), { maxBytes: 100 }, "t.csv: expected at most 100 bytes of text, got "],
    ["too few rows", "a,b\n1,x\n2,y\n", {}, "samples: expected enough to split them"],
    [
      "a text to regress on",
      table(),
      { task: "regression" },
      'line 2, column "ill": expected a number, got "no"',
    ],
    ["control characters", table((i) => (i === 3 ? "\u001b[31m,f,no" : undefined)), {}, 'got "\\u001b[31m"'],
  ])("refuses %s by name", async (_what, text, options, message) => {
    await expect(parse(text, options)).rejects.toThrow(message);
    await expect(parse(text, options)).rejects.toMatchObject({ name: "TrainerError", code: "invalid_data" });
  });

  it.each<[string, CsvOptions, string]>([
    [
      "an unknown label",
      { label: "dead" },
      'label: expected a column of t.csv ("age, sex, ill"), got "dead"',
    ],
    ["a label outside", { label: 3 }, "label: expected a column's name or place in [-3, 2], got 3"],
    ["an unknown column", { columns: { __proto__x: "number" } }, "columns: expected a column of t.csv"],
    [
      "an unknown type",
      { columns: { age: "date" as "number" } },
      'columns: "age": expected number, category or ignore, got "date"',
    ],
    ["an ignored label", { columns: { ill: "ignore" } }, "expected no column in use to be ignored"],
    ["the label as group", { group: "ill" }, "group: expected another column than the label"],
    ["shares of nothing", { valShare: 0 }, "valShare, testShare: expected shares above 0, got 0 and 0.2"],
    ["shares of everything", { valShare: 0.5, testShare: 0.5 }, "expected a sum below 1, got 0.5 + 0.5"],
    [
      "a long delimiter",
      { delimiter: "::" },
      'delimiter: expected one character, no quote or line end, got "::"',
    ],
    [
      "too few class names",
      { classNames: ["one"] },
      'classNames: expected 2 classes ("no, yes"), got 1 names',
    ],
  ])("refuses %s by name", async (_what, options, message) => {
    const refusal = await parse(table(), options).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TrainerError);
    expect(refusal).toMatchObject({ code: "invalid_option", message: expect.stringContaining(message) });
  });
});
