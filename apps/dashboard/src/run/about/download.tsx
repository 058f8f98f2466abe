import { download } from "../../api/request.js";
import { useAction } from "../../api/use-action.js";
import { Button } from "../../ui/button.js";
import { Refused } from "../../ui/refused.js";

export interface DownloadProps {
  label: string;
  /** Of what, for readers of the screen, where the label alone does not say. */
  about?: string;
  path: string;
  fileName: string;
}

/** A button that fetches a file and saves it. */
export function Download({ label, about, path, fileName }: DownloadProps) {
  const { act, isActing, refusal } = useAction();
  return (
    <span className="inline-block">
      <Button
        className="py-1"
        disabled={isActing}
        aria-label={`Download ${fileName}${about ? ` of the ${about.toLowerCase()}` : ""}`}
        onClick={() => act(() => download(path, fileName))}
      >
        {isActing ? "Fetching…" : label}
      </Button>
      <Refused refusal={refusal} />
    </span>
  );
}
