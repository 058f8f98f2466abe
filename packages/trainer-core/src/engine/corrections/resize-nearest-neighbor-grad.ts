import {
  type KernelBackend,
  type KernelFunc,
  ResizeNearestNeighborGrad,
  type ResizeNearestNeighborGradAttrs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { registerKernelOver } from "./register-kernel-over.js";

type Shape4D = [number, number, number, number];

interface CpuBackend extends KernelBackend {
  readonly data: { get(dataId: object): { readonly values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): TensorInfo;
}

/**
 * Corrects the `cpu` backend's gradient of nearest-neighbour resizing (upSampling2d): what it ships in 4.22 reads the
 * gradients of every image after the first from the wrong place.
 */
export function correctResizeNearestNeighborGrad(): void {
  registerKernelOver("cpu", ResizeNearestNeighborGrad, resizeNearestNeighborGrad);
}

/** Adds each resized pixel's gradient to the pixel that it was copied from. */
const resizeNearestNeighborGrad: KernelFunc = ({ inputs, attrs, backend }) => {
  const { alignCorners, halfPixelCenters } = attrs as unknown as ResizeNearestNeighborGradAttrs;
  const { images, dy } = inputs as unknown as { images: TensorInfo; dy: TensorInfo };
  const [batch, height, width, depth] = images.shape as Shape4D;
  const [, dyHeight, dyWidth] = dy.shape as Shape4D;
  const rows = sources({ size: height, resized: dyHeight, alignCorners, halfPixelCenters });
  const columns = sources({ size: width, resized: dyWidth, alignCorners, halfPixelCenters });
  const from = (backend as CpuBackend).data.get(dy.dataId).values;
  const dx = new Float32Array(batch * height * width * depth);
  let at = 0;
  for (let image = 0; image < batch; image += 1) {
    for (const row of rows) {
      for (const column of columns) {
        const target = ((image * height + row) * width + column) * depth;
        for (let i = 0; i < depth; i += 1) {
          dx[target + i] = (dx[target + i] as number) + (from[at + i] as number);
        }
        at += depth;
      }
    }
  }
  return (backend as CpuBackend).makeTensorInfo([...images.shape], "float32", dx);
};

interface ResizedAxis {
  readonly size: number;
  readonly resized: number;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Which row or column each resized one is a copy of: the forward kernel's own rule. */
function sources({ size, resized, alignCorners, halfPixelCenters }: ResizedAxis): number[] {
  const scale = alignCorners && resized > 1 ? (size - 1) / (resized - 1) : size / resized;
  const round = alignCorners ? Math.round : Math.floor;
  const shift = halfPixelCenters ? 0.5 : 0;
  return Array.from({ length: resized }, (_, i) => Math.min(size - 1, round((i + shift) * scale)));
}
