import { expect, it } from "vitest";
import { createDataset, syntheticNames } from "./create-dataset.js";
import { syntheticDescriptions } from "./synthetic-descriptions.js";

it.each(syntheticNames)("%s has as many samples and classes as its description says", async (source) => {
  const { title, about } = syntheticDescriptions[source];
  const { train, val, test, sampleShape, classNames } = await createDataset({ source, seed: 1 });
  const held = (val.numSamples + test.numSamples).toLocaleString("en");
  expect(about).toContain(`${train.numSamples.toLocaleString("en")} `);
  expect(about).toContain(`${held} to evaluate on`);
  if (sampleShape.length > 1) expect(about).toContain(`${sampleShape[0]} x ${sampleShape[1]} pixels`);
  if (source === "blobs") expect(about).toContain(`${classNames.length} centres`);
  expect(title).toMatch(/^[A-Z]/);
});
