import { describe, expect, it, vi } from "vitest";
import { TrainerError } from "../../errors.js";
import { decodeImage, type ImageForm, loadImageLibrary } from "./decode-image.js";
import { jpeg, png } from "./testing-images.js";

const form: ImageForm = { height: 8, width: 8, channels: 1, fit: "stretch", maxPixels: 1e6 };
const library = await loadImageLibrary();
const decode = (bytes: Uint8Array, options: Partial<ImageForm> = {}) =>
  decodeImage(bytes, { ...form, ...options, file: "x", library });
const flat = (values: number[], numPixels = 64) => Array.from({ length: numPixels }, () => values).flat();
const square = { width: 8, height: 8 };

describe("decodeImage", () => {
  it.each<[string, Uint8Array, number[]]>([
    ["grey JPEG", jpeg(2, 2, [[77], [77], [77], [77]]), [77, 77, 77]],
    ["grey PNG", png({ ...square, colourType: 0, values: flat([77]) }), [77, 77, 77]],
    [
      "grey PNG of 16 bits",
      png({ ...square, colourType: 0, bitDepth: 16, values: flat([0x4d01]) }),
      [77, 77, 77],
    ],
    ["grey PNG with transparency", png({ ...square, colourType: 4, values: flat([77, 9]) }), [77, 77, 77]],
    ["RGB PNG", png({ ...square, colourType: 2, values: flat([10, 200, 90]) }), [10, 200, 90]],
    [
      "RGB PNG of 16 bits",
      png({ ...square, colourType: 2, bitDepth: 16, values: flat([2560, 51200, 23040]) }),
      [10, 200, 90],
    ],
    [
      "RGB PNG with transparency",
      png({ ...square, colourType: 6, values: flat([10, 200, 90, 7]) }),
      [10, 200, 90],
    ],
    [
      "PNG of 16 bits with transparency",
      png({ ...square, colourType: 6, bitDepth: 16, values: flat([2560, 51200, 23040, 9]) }),
      [10, 200, 90],
    ],
    [
      "PNG with a palette",
      png({ ...square, colourType: 3, palette: [1, 2, 3, 10, 200, 90], values: flat([1]) }),
      [10, 200, 90],
    ],
  ])("reads a %s, grey and in colour", async (_what, bytes, [red = 0, green = 0, blue = 0]) => {
    expect([...(await decode(bytes, { channels: 3 }))]).toEqual(flat([red, green, blue]));
    const grey = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);
    expect([...(await decode(bytes))]).toEqual(flat([grey]));
  });

  it("resizes: averages when shrinking, stretches or cuts what stands over", async () => {
    const halves = png({
      width: 16,
      height: 8,
      colourType: 0,
      values: flat([...flat([0], 8), ...flat([200], 8)], 8),
    });
    const stretched = await decode(halves, { height: 1, width: 2 });
    expect([...stretched].map((value) => Math.round(value / 20))).toEqual([1, 9]);
    expect([...(await decode(halves, { height: 1, width: 1 }))]).toEqual([100]);
    const stripes = png({
      width: 16,
      height: 8,
      colourType: 0,
      values: flat([...flat([0], 4), ...flat([90], 8), ...flat([0], 4)], 8),
    });
    expect([...(await decode(stripes, { fit: "cover" }))]).toEqual(flat([90]));
  });

  it("refuses too many pixels before it decodes them", async () => {
    const bomb = png({ ...square, colourType: 0, values: flat([1]) });
    new DataView(bomb.buffer).setUint32(16, 2 ** 31 - 1);
    await expect(decode(bomb)).rejects.toThrow("x: expected at most 1000000 pixels, got 2147483647x8");
  });

  it.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "x: expected an image, got an empty file"],
    [
      "text",
      new TextEncoder().encode("hello"),
      "x: expected a JPEG or PNG image, got something else (5 bytes)",
    ],
    ["a GIF", new TextEncoder().encode("GIF89a……"), "x: expected a JPEG or PNG image"],
    [
      "an image of no pixels",
      png({ width: 0, height: 8, colourType: 0, values: [] }),
      "x: expected an image of at least one pixel, got 0x8",
    ],
  ])("refuses %s", async (_what, bytes, message) => {
    await expect(decode(bytes)).rejects.toThrow(message);
    await expect(decode(bytes)).rejects.toBeInstanceOf(TrainerError);
  });

  it("refuses an image that is cut anywhere", async () => {
    const values = Array.from({ length: 16 }, (_, i) => [(i * 16) % 256]);
    const images = [
      jpeg(4, 4, values),
      png({ ...square, colourType: 0, values: flat([1]).map((_, i) => i) }),
    ];
    for (const image of images) {
      for (let length = 0; length < image.length - 8; length += 3) {
        await expect(decode(image.subarray(0, length))).rejects.toMatchObject({ code: "invalid_data" });
      }
    }
    const real = await library.Transformer.fromRgbaPixels(
      new Uint8Array(64 * 64 * 4).map((_, i) => (i * 37) % 256),
      64,
      64,
    ).jpeg(90);
    for (const share of [0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
      await expect(decode(real.subarray(0, Math.floor(real.length * share)))).rejects.toThrow(
        /truncated|damaged/,
      );
    }
  });

  it("reads or refuses an image with any byte flipped, and survives", async () => {
    for (const image of [
      jpeg(2, 2, [[7], [100], [200], [50]]),
      png({ ...square, colourType: 2, values: flat([1, 2, 3]) }),
    ]) {
      for (let at = 0; at < image.length; at += 1) {
        const damaged = image.slice();
        damaged[at]! ^= 1 << (at % 8);
        const result = await decode(damaged).catch((error: unknown) => error);
        if (result instanceof Uint8Array) expect(result).toHaveLength(64);
        else expect(result).toMatchObject({ name: "TrainerError", code: "invalid_data" });
      }
    }
  });

  it("says what to install where the library is not", async () => {
    vi.doMock("@napi-rs/image", () => {
      throw new Error("Cannot find package '@napi-rs/image'");
    });
    await expect(loadImageLibrary()).rejects.toMatchObject({
      code: "unreadable_data",
      message:
        "folders of images: expected the optional package @napi-rs/image, got none: install it (npm install @napi-rs/image)",
    });
    vi.doUnmock("@napi-rs/image");
  });
});
