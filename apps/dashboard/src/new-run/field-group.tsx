import type { ReactNode } from "react";

export interface FieldGroupProps {
  title: string;
  about?: string;
  columns?: 2 | 3;
  children: ReactNode;
}

/** Fields that belong together. */
export function FieldGroup({ title, about, columns = 2, children }: FieldGroupProps) {
  return (
    <fieldset className="rounded-lg border border-line bg-surface p-4 sm:p-5">
      <legend className="sr-only">{title}</legend>
      <p aria-hidden="true" className="font-semibold">
        {title}
      </p>
      {about && <p className="text-muted text-sm">{about}</p>}
      <div className={`mt-4 grid gap-x-5 gap-y-4 ${columns === 3 ? "sm:grid-cols-3" : "sm:grid-cols-2"}`}>
        {children}
      </div>
    </fieldset>
  );
}
