import { type ReactNode, useEffect, useId, useRef } from "react";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  /** Called when it is closed by Escape, or by a click beside it. */
  onClose: () => void;
  children: ReactNode;
  /** Buttons below, the one that acts last. */
  actions?: ReactNode;
  /** For forms; usual dialogs are narrow. */
  isWide?: boolean;
}

/** A question or a form above the page, which takes the focus and gives it back. */
export function Dialog({ title, isOpen, onClose, children, actions, isWide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (isOpen && !element?.open) element?.showModal();
    if (!isOpen && element?.open) element.close();
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      className={`m-auto max-h-[calc(100dvh-2rem)] ${isWide ? "w-[min(44rem,calc(100vw-2rem))]" : "w-[min(26rem,calc(100vw-2rem))]"} rounded-lg border border-line bg-surface text-ink shadow-xl backdrop:bg-black/50`}
    >
      {isOpen && (
        <div className="p-5">
          <h2 id={id} className="font-semibold text-lg">
            {title}
          </h2>
          <div className="mt-2">{children}</div>
          {actions && <div className="mt-5 flex flex-wrap justify-end gap-3">{actions}</div>}
        </div>
      )}
    </dialog>
  );
}
