import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";

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
  const { id, describedBy, notes } = useNotes(help, problem);
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={problem !== undefined}
        aria-describedby={describedBy}
        className={CONTROL}
      />
      {notes}
    </div>
  );
}

/** A labelled choice with its explanation and, if refused, the reason. */
export function SelectField({
  label,
  help,
  problem,
  ...select
}: FieldProps & Omit<SelectHTMLAttributes<HTMLSelectElement>, "name">) {
  const { id, describedBy, notes } = useNotes(help, problem);
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <select
        {...select}
        id={id}
        aria-invalid={problem !== undefined}
        aria-describedby={describedBy}
        className={CONTROL}
      />
      {notes}
    </div>
  );
}

function useNotes(help: ReactNode, problem: string | undefined) {
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
  return { id, describedBy: ids || undefined, notes };
}
