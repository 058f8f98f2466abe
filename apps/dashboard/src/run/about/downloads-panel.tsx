import type { CheckpointSummary, ModelSummary, RunState } from "@fedloom/protocol";
import { useCallback } from "react";
import { checkpointPath, exportPath, listCheckpoints, listModels } from "../../api/run-files.js";
import { useAsked } from "../../api/use-asked.js";
import { formatBytes, formatCount } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { Download } from "./download.js";

export interface DownloadsPanelProps {
  runId: string;
  unit: "round" | "epoch";
  state: RunState;
}

const ROW = "flex flex-wrap items-center gap-x-2 gap-y-1";
const KINDS: Record<ModelSummary["kind"], string> = { best: "Best model", last: "Last model" };

/** What the run has left: models, checkpoints, and what it measured and said. */
export function DownloadsPanel({ runId, unit, state }: DownloadsPanelProps) {
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const [models, checkpoints] = await Promise.all([
        listModels(runId, signal),
        listCheckpoints(runId, signal),
      ]);
      return { models, checkpoints, state };
    },
    // A run that has come to its end has other files.
    [runId, state],
  );
  const { value, error } = useAsked(ask);
  const { models = [], checkpoints = [] } = value ?? {};
  return (
    <Panel title="Downloads">
      <ul className="space-y-3 text-sm">
        {models.map((model) => (
          <Model key={model.kind} runId={runId} unit={unit} model={model} />
        ))}
        {checkpoints.map((checkpoint) => (
          <Checkpoint key={checkpoint.kind} runId={runId} unit={unit} checkpoint={checkpoint} />
        ))}
        <li className={ROW}>
          <p className="mr-auto font-medium">Metrics</p>
          <Download
            label="CSV"
            path={exportPath(runId, "metrics", "csv")}
            fileName={`${runId}-metrics.csv`}
          />
        </li>
        <li className={ROW}>
          <p className="mr-auto font-medium">Events</p>
          <Download
            label="JSONL"
            path={exportPath(runId, "events", "jsonl")}
            fileName={`${runId}-events.jsonl`}
          />
          <Download label="CSV" path={exportPath(runId, "events", "csv")} fileName={`${runId}-events.csv`} />
        </li>
      </ul>
      <p role="status" className="mt-3 text-muted text-sm">
        {error && `The models cannot be listed: ${error.message}.`}
        {value && models.length === 0 && "There is no model yet."}
      </p>
    </Panel>
  );
}

function Model({ runId, unit, model }: { runId: string; unit: string; model: ModelSummary }) {
  const { kind, step, numBytes, files } = model;
  const name = KINDS[kind];
  return (
    <li className={ROW}>
      <p className="mr-auto">
        <span className="font-medium">{name}</span>
        <span className="block text-muted">
          after {unit} {formatCount(step)}
          {numBytes !== undefined && `, ${formatBytes(numBytes)}`}
        </span>
      </p>
      <Download
        label="safetensors"
        about={name}
        path={files.safetensors}
        fileName={`${runId}-${kind}.safetensors`}
      />
      {/* The names that the one file knows the other by. */}
      <Download label="model.json" about={name} path={files.layersModel} fileName="model.json" />
      <Download label="weights.bin" about={name} path={files.layersWeights} fileName="weights.bin" />
    </li>
  );
}

function Checkpoint(props: { runId: string; unit: string; checkpoint: CheckpointSummary }) {
  const { runId, unit, checkpoint } = props;
  const { kind, step, numBytes } = checkpoint;
  const name = kind === "best" ? "Best checkpoint" : "Last checkpoint";
  return (
    <li className={ROW}>
      <p className="mr-auto">
        <span className="font-medium">{name}</span>
        <span className="block text-muted">
          after {unit} {formatCount(step)}, {formatBytes(numBytes)}
        </span>
      </p>
      <Download
        label="Checkpoint"
        about={name}
        path={checkpointPath(runId, kind)}
        fileName={`${runId}-${kind}.checkpoint`}
      />
    </li>
  );
}
