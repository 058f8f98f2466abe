import type { SearchChanges } from "../../router.js";
import { SelectField } from "../../ui/field.js";
import { classNameOf } from "../evaluation/class-name.js";
import { choosing, type PredictionChoice } from "./prediction-choice.js";

export interface SampleFiltersProps {
  choice: PredictionChoice;
  names: readonly string[];
  onChange: (changes: SearchChanges) => void;
}

/** Of which classes the samples are, and in which order they come. */
export function SampleFilters({ choice, names, onChange }: SampleFiltersProps) {
  const classes = names.map((_, label) => (
    <option key={label} value={label}>
      {classNameOf(names, label)}
    </option>
  ));
  const asNumber = (text: string) => (text === "" ? undefined : Number(text));
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <SelectField
        label="True class"
        name="label"
        value={choice.label ?? ""}
        onChange={({ target }) => onChange(choosing({ label: asNumber(target.value) }))}
      >
        <option value="">Any</option>
        {classes}
      </SelectField>
      <SelectField
        label="Predicted class"
        name="predicted"
        value={choice.predicted ?? ""}
        onChange={({ target }) => onChange(choosing({ predicted: asNumber(target.value) }))}
      >
        <option value="">Any</option>
        {classes}
      </SelectField>
      <SelectField
        label="Order"
        name="sort"
        value={choice.sort}
        onChange={({ target }) => onChange(choosing({ sort: target.value as PredictionChoice["sort"] }))}
      >
        <option value="loss">Largest loss first</option>
        <option value="confidence">Least certain first</option>
        <option value="index">As in the data</option>
      </SelectField>
    </div>
  );
}
