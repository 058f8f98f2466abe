import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { KEY_LIST } from "./key-list.js";
import { setSingleKeys, useSingleKeys } from "./single-keys.js";

/** The keys that do something, and whether they do. */
export function KeysDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const isOn = useSingleKeys();
  return (
    <Dialog
      title="Keys"
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      {KEY_LIST.map(({ where, keys }) => (
        <section key={where} className="mt-4 first:mt-0">
          <h3 className="font-medium text-muted text-sm">{where}</h3>
          <dl className="mt-1">
            {keys.map(({ keys: names, what }) => (
              <div
                key={what}
                className="flex items-center justify-between gap-4 border-line border-b py-1.5 last:border-0"
              >
                <dt className="flex shrink-0 gap-1">
                  {names.map((name) => (
                    <kbd
                      key={name}
                      className="min-w-6 rounded border border-line border-b-2 bg-raised px-1.5 text-center font-mono text-xs leading-5"
                    >
                      {name}
                    </kbd>
                  ))}
                </dt>
                <dd className="text-right text-sm">{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label className="mt-4 flex items-center gap-2 text-sm">
        <input type="checkbox" checked={isOn} onChange={(event) => setSingleKeys(event.target.checked)} />
        Single keys are on
      </label>
    </Dialog>
  );
}
