import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";

const CONTROL =
  "mt-1 block w-full rounded-md border border-strong bg-surface px-3 py-2 text-ink placeholder:text-muted aria-[invalid=true]:border-bad aria-[invalid=true]:border-2";

interface FieldProps {
  label: string;
  /** Wire name, by which the server names the field. */
  name: string;
  help?: ReactNode;
  /** What is wrong with what was entered. */
  problem?: string | undefined;
}

/** A labelled input with its explanation and, if refused, the reason. */
export function TextField({
  label,
  help,
  problem,
  ...input
}: FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, "name">) {
  const { notes, ...control } = useControl(help, problem);
  return (
    <Labelled label={label} id={control.id} notes={notes}>
      <input {...input} {...control} />
    </Labelled>
  );
}

/** A labelled choice with its explanation and, if refused, the reason. */
export function SelectField({
  label,
  help,
  problem,
  ...select
}: FieldProps & Omit<SelectHTMLAttributes<HTMLSelectElement>, "name">) {
  const { notes, ...control } = useControl(help, problem);
  return (
    <Labelled label={label} id={control.id} notes={notes}>
      <select {...select} {...control} />
    </Labelled>
  );
}

/** A labelled input of several lines with its explanation and, if refused, the reason. */
export function TextAreaField({
  label,
  help,
  problem,
  ...area
}: FieldProps & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "name">) {
  const { notes, ...control } = useControl(help, problem);
  return (
    <Labelled label={label} id={control.id} notes={notes}>
      <textarea {...area} {...control} />
    </Labelled>
  );
}

/** Something that is on or off, with its explanation and, if refused, the reason. */
export function CheckField({
  label,
  help,
  problem,
  ...input
}: FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, "name" | "type">) {
  const { notes, className: _, ...control } = useControl(help, problem);
  return (
    <div className="min-w-0">
      <div className="flex items-center gap-2">
        <input {...input} {...control} type="checkbox" className="size-4 shrink-0 accent-accent" />
        <label htmlFor={control.id} className="font-medium text-sm">
          {label}
        </label>
      </div>
      {notes}
    </div>
  );
}

function Labelled(props: { label: string; id: string; notes: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <label htmlFor={props.id} className="font-medium text-sm">
        {props.label}
      </label>
      {props.children}
      {props.notes}
    </div>
  );
}

/** What every control is given, and the notes below it that describe it. */
function useControl(help: ReactNode, problem: string | undefined) {
  const id = useId();
  const ids = [problem && `${id}-problem`, help && `${id}-help`].filter(Boolean).join(" ");
  const notes = (
    <>
      {problem && (
        <p id={`${id}-problem`} className="mt-1 font-medium text-bad text-sm [overflow-wrap:anywhere]">
          {problem}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="mt-1 text-muted text-sm">
          {help}
        </p>
      )}
    </>
  );
  return {
    id,
    notes,
    className: CONTROL,
    "aria-invalid": problem !== undefined,
    "aria-describedby": ids || undefined,
  };
}
