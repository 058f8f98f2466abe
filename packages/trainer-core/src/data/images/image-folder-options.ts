import { invalidOption } from "../invalid-data.js";
import type { ImageForm } from "./decode-image.js";

/** How a folder of images is to be read. */
export interface ImageFolderOptions {
  /** Of the data set; default: the folder's name. */
  readonly name?: string;
  /** Height and width that every image gets, or both in one number; default 64. */
  readonly size?: number | readonly [height: number, width: number];
  /** 1 for grey (default), 3 for colour. */
  readonly channels?: 1 | 3;
  /** `stretch` (default) changes the proportions, `cover` cuts what stands over. */
  readonly fit?: "stretch" | "cover";
  /** `refuse` (default) names the first file that is no whole image; `skip` leaves such files out and lists them in `warnings`. */
  readonly onBadFile?: "refuse" | "skip";
  /** `train` ignores which images are in a folder `val` (Kaggle's has 16) and draws `valShare` of both. Default `folder`. */
  readonly valFrom?: "folder" | "train";
  /** Share of the training images kept for validation where there is no such folder; default 0.1. */
  readonly valShare?: number;
  /** Share of the images kept for testing where there is no such folder; default 0.2. */
  readonly testShare?: number;
  /**
   * Regular expression on an image's path below the folder: images with equal matches (its first group, if it has one)
   * stay in one part where parts are drawn, such as `person\d+`. Default: each image by itself.
   */
  readonly group?: string;
  /** Most bytes that all images may take in memory; more are kept in files. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Most pixels of an image before it is resized; default 40 million. */
  readonly maxPixels?: number;
  /** Where resized images are kept for the next time; default: nowhere, or under the system's temporary folder if they are too many for memory. */
  readonly cacheFolder?: string;
  /** Told after each image. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * What every image is to be made into.
 * @throws TrainerError `invalid_option` that names the option.
 */
export function imageForm(options: ImageFolderOptions): ImageForm {
  const { size = 64, channels = 1, fit = "stretch", maxPixels = 40e6 } = options;
  const [height, width] = typeof size === "number" ? [size, size] : size;
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1 || side > 4096) {
      throw invalidOption(`size: expected integers in [1, 4096], got ${String(size)}`);
    }
  }
  if (channels !== 1 && channels !== 3)
    throw invalidOption(`channels: expected 1 or 3, got ${String(channels)}`);
  if (fit !== "stretch" && fit !== "cover")
    throw invalidOption(`fit: expected stretch or cover, got ${String(fit)}`);
  return { height, width, channels, fit, maxPixels };
}
