import type { ReactNode } from "react";
import { useAction } from "../api/use-action.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { Refused } from "../ui/refused.js";

/** Asks once more before something is deleted. */
export function DeleteDialog(props: {
  title: string;
  onDelete: () => Promise<void>;
  onClose: () => void;
  onDeleted: () => void;
  children: ReactNode;
}) {
  const { title, onDelete, onClose, onDeleted, children } = props;
  const { act, isActing, refusal } = useAction();
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            kind="danger"
            disabled={isActing}
            onClick={async () => (await act(onDelete)) && onDeleted()}
          >
            Delete
          </Button>
        </>
      }
    >
      <div className="text-muted [overflow-wrap:anywhere]">{children}</div>
      <Refused refusal={refusal} className="mt-3" />
    </Dialog>
  );
}
