import { runConfig } from "@fedloom/protocol";
import { useState } from "react";
import { SelectField, TextField } from "./field.js";
import { FieldGroup } from "./field-group.js";
import type { FieldProblem } from "./form-config.js";

const decodedDefaults = runConfig.decode({});
const defaults = decodedDefaults.ok ? decodedDefaults.value : undefined;

/** Fields that this form has; a problem of any other is shown above the button. */
export const shownFields: readonly string[] = [
  "experiment_name",
  "data_path",
  "model",
  "num_clients",
  "partition",
  "dirichlet_alpha",
  "num_rounds",
  "strategy",
  "seed",
  "local_epochs",
  "batch_size",
  "learning_rate",
];

const models = [
  ["", "One that fits the data"],
  ["pneumonia-cnn", "Small CNN for X-rays"],
  ["mnist-2nn", "Two hidden layers of 200 units"],
  ["mnist-cnn", "CNN with 1.7 million weights"],
  ["small-resnet", "Small residual network"],
  ["mlp", "One hidden layer"],
  ["logistic-regression", "Logistic regression"],
  ["tabular", "Two hidden layers for tables"],
] as const;

/** Strategies that need no options of their own, by name and as they are called; the API takes all. */
const strategies = [
  ["fedavg", "FedAvg"],
  ["fedavgm", "FedAvgM"],
  ["fedadagrad", "FedAdagrad"],
  ["fedadam", "FedAdam"],
  ["fedyogi", "FedYogi"],
  ["fednova", "FedNova"],
  ["scaffold", "SCAFFOLD"],
  ["qfedavg", "q-FedAvg"],
  ["median", "Median of each weight"],
  ["trimmed-mean", "Trimmed mean of each weight"],
  ["geometric-median", "Geometric median"],
] as const;

/** The fields of a new run; their names are those of `POST /api/runs`. */
export function NewRunFields({ problem }: { problem: FieldProblem | undefined }) {
  const [partition, setPartition] = useState<string>(defaults?.partition ?? "dirichlet");
  const of = (name: string) => ({ name, problem: problem?.field === name ? problem.message : undefined });
  return (
    <>
      <FieldGroup title="Experiment and data">
        <TextField
          {...of("experiment_name")}
          label="Experiment name"
          defaultValue={defaults?.experimentName}
          maxLength={128}
          autoComplete="off"
          help="How the run is called in the list."
        />
        <TextField
          {...of("data_path")}
          label="Path of a data set on the server"
          placeholder="none: synthetic chest X-rays"
          autoComplete="off"
          spellCheck={false}
          help="A MedMNIST .npz, a CSV table, or a folder of images: for example pneumoniamnist.npz. Leave it empty to train on synthetic chest X-rays, which Fedloom draws itself: good for a try, without meaning for patients."
        />
        <SelectField {...of("model")} label="Model" help="What every client trains.">
          {models.map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </SelectField>
      </FieldGroup>
      <FieldGroup title="Federation" about="Who takes part, and how unlike their images are.">
        <TextField
          {...of("num_clients")}
          label="Clients"
          type="number"
          min={1}
          max={1000}
          defaultValue={defaults?.numClients}
          help="Each gets its own part of the training images."
        />
        <TextField
          {...of("num_rounds")}
          label="Rounds"
          type="number"
          min={1}
          max={10000}
          defaultValue={defaults?.numRounds}
          help="How often the clients' models are brought together."
        />
        <SelectField
          {...of("partition")}
          label="Partition"
          value={partition}
          onChange={(event) => setPartition(event.target.value)}
          help="Dirichlet: clients differ in size and in their share of pneumonia, as hospitals do. Even: all alike."
        >
          <option value="dirichlet">Dirichlet</option>
          <option value="iid">Even (IID)</option>
        </SelectField>
        {partition === "dirichlet" && (
          <TextField
            {...of("dirichlet_alpha")}
            label="Dirichlet alpha"
            type="number"
            min={0.01}
            step="any"
            defaultValue={defaults?.dirichletAlpha}
            help="The smaller, the more the clients differ: 0.1 strongly, 100 hardly."
          />
        )}
        <SelectField
          {...of("strategy")}
          label="Strategy"
          defaultValue={defaults?.strategy}
          help="How the clients' models become one. FedAvg: their mean, weighted by their number of images."
        >
          {strategies.map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </SelectField>
        <TextField
          {...of("seed")}
          label="Seed"
          type="number"
          min={0}
          defaultValue={defaults?.seed}
          help="The same seed gives the same partition and first weights."
        />
      </FieldGroup>
      <FieldGroup
        title="Local training"
        about="What each client does in a round. Empty: what the model recommends."
        columns={3}
      >
        <TextField
          {...of("local_epochs")}
          label="Local epochs"
          type="number"
          min={1}
          placeholder="recommended"
          help="Passes over its images."
        />
        <TextField
          {...of("batch_size")}
          label="Batch size"
          type="number"
          min={1}
          placeholder="recommended"
          help="Images per step."
        />
        <TextField
          {...of("learning_rate")}
          label="Learning rate"
          type="number"
          min={0}
          step="any"
          placeholder="recommended"
          help="Step size of the optimizer."
        />
      </FieldGroup>
    </>
  );
}
