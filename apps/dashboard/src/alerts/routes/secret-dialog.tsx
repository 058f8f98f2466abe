import { Button } from "../../ui/button.js";
import { CopyButton } from "../../ui/copy-button.js";
import { Dialog } from "../../ui/dialog.js";

/** Shows the secret of a webhook, this once. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      title="The secret of this webhook"
      isOpen
      onClose={onClose}
      actions={
        <>
          <CopyButton text={secret} label="Copy the secret" />
          <Button kind="primary" onClick={onClose}>
            I have kept it
          </Button>
        </>
      }
    >
      <p className="text-muted text-sm">
        The receiver knows by it that a message is this server's. It is not shown again.
      </p>
      <code className="mt-3 block rounded-md border border-line bg-raised px-3 py-2 font-mono text-sm [overflow-wrap:anywhere]">
        {secret}
      </code>
    </Dialog>
  );
}
