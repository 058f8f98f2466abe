import { useState } from "react";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { COLUMNS, type ColumnKey, columnsOf } from "./columns.js";

interface ColumnsDialogProps {
  columns: readonly ColumnKey[];
  onChoose: (columns: readonly ColumnKey[]) => void;
}

/** Lets the reader choose which columns the list has. */
export function ColumnsButton({ columns, onChoose }: ColumnsDialogProps) {
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  const toggle = (key: ColumnKey) =>
    onChoose(columns.includes(key) ? columns.filter((other) => other !== key) : [...columns, key]);
  return (
    <>
      <span className="hidden sm:block">
        <Button onClick={() => setIsOpen(true)}>Columns</Button>
      </span>
      <Dialog
        title="Columns"
        isOpen={isOpen}
        onClose={close}
        actions={
          <>
            <Button onClick={() => onChoose(columnsOf(null))}>Usual columns</Button>
            <Button kind="primary" onClick={close}>
              Close
            </Button>
          </>
        }
      >
        <div className="grid gap-1.5 sm:grid-cols-2">
          {COLUMNS.map(({ key, title }) => (
            <label key={key} className="flex items-center gap-2 text-sm">
              <input type="checkbox" checked={columns.includes(key)} onChange={() => toggle(key)} />
              {title}
            </label>
          ))}
        </div>
        <p className="mt-3 text-muted text-sm">Columns are left out where the window has no room for them.</p>
      </Dialog>
    </>
  );
}
