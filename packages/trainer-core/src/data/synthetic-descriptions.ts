import type { SyntheticName } from "./create-dataset.js";

/** What each generated data set shows, for people. */
export const syntheticDescriptions: Readonly<Record<SyntheticName, { title: string; about: string }>> = {
  "synthetic-xrays": {
    title: "Synthetic chest X-rays",
    about:
      "4,000 drawn images of 28 x 28 pixels, normal or pneumonia, and 1,100 to evaluate on: good for a try, without meaning for patients.",
  },
  blobs: {
    title: "Blobs",
    about: "1,000 points around 3 centres, one for each class, and 400 to evaluate on. Learnt in seconds.",
  },
  "two-spirals": {
    title: "Two spirals",
    about:
      "1,000 points on two spirals that wind round each other, and 400 to evaluate on: no straight line tells the classes apart.",
  },
};
