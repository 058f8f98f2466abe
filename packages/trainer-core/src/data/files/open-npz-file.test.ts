import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TrainerError } from "../../errors.js";
import type { Dataset, Samples } from "../dataset.js";
import { parseMedMnist } from "../medmnist.js";
import { npz, smallArrays } from "../testing-npz.js";
import { valuesOf } from "../testing-samples.js";
import type { OpenFeatureFile } from "./feature-file.js";
import { openNpzFile } from "./open-npz-file.js";

const data = process.env.FEDLOOM_DATA ?? join(import.meta.dirname, "../../../../../../shared/data");
const realFile = join(data, "pneumoniamnist", "pneumoniamnist.npz");

/** The values of samples in a file, which is then closed. */
const readAll = ({ features, numSamples }: Samples): Uint8Array => {
  using file = features as OpenFeatureFile;
  const values = new Uint8Array(numSamples * file.rowBytes);
  for (let i = 0; i < numSamples; i += 1)
    file.read(i, values.subarray(i * file.rowBytes, (i + 1) * file.rowBytes));
  return values;
};
const same = (a: Uint8Array, b: ArrayLike<number>) => Buffer.compare(a, Uint8Array.from(b)) === 0;
const parts = ["train", "val", "test"] as const;

describe("openNpzFile, for more than fits memory", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fedloom-npz-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const expectEqual = (large: Dataset, small: Dataset) => {
    for (const part of parts) {
      expect(same(readAll(large[part]), valuesOf(small[part]))).toBe(true);
      expect(same(large[part].labels, small[part].labels)).toBe(true);
    }
    const { train: _train, val: _val, test: _test, ...rest } = small;
    expect(large).toMatchObject(rest);
  };

  it("unpacks the real PneumoniaMNIST once into files of rows, with the same values", async () => {
    const options = { name: "pneumoniamnist", cacheFolder: join(folder, "real") };
    const small = await openNpzFile(realFile, options);
    expect(small.train.features).toBeInstanceOf(Uint8Array);
    expectEqual(await openNpzFile(realFile, { ...options, maxBytes: 4.3e6 }), small);
    expectEqual(await openNpzFile(realFile, { ...options, maxBytes: 1e6 }), small);
    expect(await readdir(options.cacheFolder)).toHaveLength(1);
  });

  it.each([0, 6] as const)("reads small files the same, stored or deflated (level %i)", async (level) => {
    const bytes = npz(smallArrays(), { level });
    const path = join(folder, `small-${level}.npz`);
    await writeFile(path, bytes);
    const options = { name: "small", cacheFolder: join(folder, "small"), maxBytes: 100 };
    expectEqual(await openNpzFile(path, options), parseMedMnist(bytes, { file: "small.npz", name: "small" }));
  });

  it("refuses files that are cut or damaged anywhere, and leaves nothing behind", async () => {
    const whole = npz(smallArrays());
    const cacheFolder = join(folder, "damaged");
    const open = async (bytes: Uint8Array, seed: number): Promise<unknown> => {
      const path = join(folder, `damaged-${seed}.npz`);
      await writeFile(path, bytes);
      return openNpzFile(path, { name: "small", cacheFolder, maxBytes: 100 }).catch(
        (error: unknown) => error,
      );
    };
    const expected = parseMedMnist(whole, { file: "x", name: "small" });
    let [numRefused, numRead] = [0, 0];
    for (let at = 0; at < whole.length; at += 7) {
      const flipped = whole.slice();
      flipped[at]! ^= 0x41;
      for (const [k, bytes] of [whole.subarray(0, at), flipped].entries()) {
        const result = await open(bytes, 2 * at + k);
        if (result instanceof TrainerError) numRefused += 1;
        else {
          expectEqual(result as Dataset, expected);
          numRead += 1;
        }
      }
    }
    expect(numRefused).toBeGreaterThan(numRead);
    expect(await readdir(cacheFolder).catch(() => [])).toHaveLength(numRead);
    const real = Uint8Array.from(await readFile(realFile));
    real[1_000_000]! ^= 1;
    expect(await open(real, -1)).toMatchObject({
      message: expect.stringMatching(/train_images\.npy: expected (CRC-32|deflated)/),
    });
  });

  it("refuses arrays that do not fit each other before it unpacks them", async () => {
    const arrays = { ...smallArrays(), val_images: { shape: [2, 5, 5] } };
    const path = join(folder, "unfit.npz");
    await writeFile(path, npz(arrays));
    const cacheFolder = join(folder, "unfit");
    await expect(openNpzFile(path, { name: "small", cacheFolder, maxBytes: 100 })).rejects.toThrow(
      "unfit.npz: val_images: expected shape (N, 5, 6) as in train_images, got (2, 5, 5)",
    );
    await expect(readdir(cacheFolder)).rejects.toThrow("ENOENT");
  });
});
