import { useId } from "react";

/** Several of a few options, each of which may be taken. */
export function ChoicesField(props: {
  label: string;
  options: readonly { value: string; label: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  /** Under each other, in a box that scrolls: for options that may be many. */
  isList?: boolean;
  help?: string | undefined;
  problem?: string | undefined;
}) {
  const { label, options, chosen, onChange, isList = false, help, problem } = props;
  const id = useId();
  const change = (value: string, isChosen: boolean) => {
    const next = isChosen ? [...chosen, value] : chosen.filter((each) => each !== value);
    onChange(options.flatMap((option) => (next.includes(option.value) ? [option.value] : [])));
  };
  return (
    <fieldset className="min-w-0" aria-describedby={help || problem ? `${id}-notes` : undefined}>
      <legend className="font-medium text-sm">{label}</legend>
      <div
        className={
          isList
            ? "mt-1 flex max-h-28 flex-col gap-1 overflow-y-auto rounded-md border border-strong px-3 py-2"
            : "flex flex-wrap gap-x-4 gap-y-1.5 py-2"
        }
      >
        {options.map((option) => (
          <label key={option.value} className="flex min-w-0 items-center gap-1.5 text-sm">
            <input
              type="checkbox"
              checked={chosen.includes(option.value)}
              onChange={(event) => change(option.value, event.target.checked)}
              className="size-4 shrink-0 accent-accent"
            />
            <bdi className="min-w-0 [overflow-wrap:anywhere]">{option.label}</bdi>
          </label>
        ))}
      </div>
      <div id={`${id}-notes`}>
        {problem && <p className="font-medium text-bad text-sm [overflow-wrap:anywhere]">{problem}</p>}
        {help && <p className="text-muted text-sm">{help}</p>}
      </div>
    </fieldset>
  );
}
