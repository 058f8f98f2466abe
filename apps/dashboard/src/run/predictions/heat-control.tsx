import { useEffect, useId, useState } from "react";
import type { SearchChanges } from "../../router.js";
import { SelectField } from "../../ui/field.js";
import { classNameOf } from "../evaluation/class-name.js";
import { heatGradient } from "./heat-colours.js";
import type { PredictionChoice } from "./prediction-choice.js";

/** Browsers refuse an address that changes with every step of a slider. */
const REST_MS = 250;

export interface HeatControlProps {
  choice: Pick<PredictionChoice, "about" | "heat">;
  names: readonly string[];
  /** As it is moved, before the address has it. */
  heat: number;
  onHeat: (heat: number) => void;
  onChange: (changes: SearchChanges) => void;
}

/** How strongly the coloured areas are shown, which class they are about, and what they are. */
export function HeatControl({ choice, names, heat, onHeat, onChange }: HeatControlProps) {
  const id = useId();
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <div>
        <label htmlFor={id} className="flex justify-between font-medium text-sm">
          Coloured areas <span className="font-normal text-muted">{heat === 0 ? "off" : `${heat} %`}</span>
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={100}
          step={5}
          value={heat}
          onChange={({ target }) => onHeat(Number(target.value))}
          className="mt-2 block w-full accent-accent"
        />
        <span
          aria-hidden="true"
          className="mt-1 block h-2 rounded-full border border-line"
          style={{ background: heatGradient }}
        />
        <span aria-hidden="true" className="flex justify-between text-muted text-xs">
          <span>little</span>
          <span>most</span>
        </span>
      </div>
      <SelectField
        label="About the class"
        name="about"
        value={choice.about}
        onChange={({ target }) => onChange({ about: target.value === "predicted" ? "" : target.value })}
      >
        <option value="predicted">That is predicted</option>
        {names.map((_, label) => (
          <option key={label} value={label}>
            {classNameOf(names, label)}
          </option>
        ))}
      </SelectField>
      <p className="self-center text-muted text-sm">
        The brighter a coloured area, the more the model counts what is there in favour of the class; it does
        not show why.
      </p>
    </div>
  );
}

/** The slider's place: at once on the screen, and in the address when it rests. */
export function useHeat(
  chosen: number,
  onChange: (changes: SearchChanges) => void,
): [number, (heat: number) => void] {
  const [moved, setMoved] = useState<number>();
  useEffect(() => {
    if (moved === undefined) return;
    const timer = setTimeout(() => {
      onChange({ heat: String(moved) });
      setMoved(undefined);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [moved, onChange]);
  return [moved ?? chosen, setMoved];
}
