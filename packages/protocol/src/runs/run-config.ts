import { z } from "zod";
import { name, optionTree, ordinal } from "../fields.js";
import { defineWireObject, type InputOfWireObject, type ValueOfWireObject } from "../wire-object.js";

/** What `POST /api/runs` takes, what the dashboard's form makes, and what a run's process is given. */
export const runConfig = defineWireObject(
  {
    experimentName: name.default("pneumonia"),
    mode: z.enum(["federated"]).default("federated"),
    /**
     * A MedMNIST `.npz` file, a CSV table, or a folder of images or of MNIST's files on the server; absent means the
     * synthetic chest X-rays.
     */
    dataPath: z.string().min(1).max(4096).optional(),
    /** Absent means one that fits the samples: pneumonia-cnn for images, tabular for tables. */
    model: name.optional(),
    strategy: name.default("fedavg"),
    /** Of the strategy, `selection` among them: see fl-strategy. */
    strategyOptions: optionTree.optional(),
    numRounds: ordinal.max(10_000).default(5),
    numClients: ordinal.max(1_000).default(5),
    partition: z.enum(["dirichlet", "iid"]).default("dirichlet"),
    /** Concentration of the Dirichlet partition: the smaller, the more the clients differ. */
    dirichletAlpha: z.number().positive().max(1_000_000).default(0.5),
    /** The model's recommendation when absent, as for the next two. */
    localEpochs: ordinal.max(1_000).optional(),
    batchSize: ordinal.max(4_096).optional(),
    learningRate: z.number().positive().max(10).optional(),
    seed: z.int().min(0).max(0xffff_ffff).default(1),
    engine: z.enum(["auto", "tfjs-node", "wasm", "cpu"]).default("auto"),
  },
  { unknownFields: "refuse" },
);

export type RunConfig = ValueOfWireObject<typeof runConfig>;
export type RunConfigInput = InputOfWireObject<typeof runConfig>;
