import { useState } from "react";
import { currentToken } from "../access/session.js";
import { Choice } from "../ui/choice.js";
import { CopyButton } from "../ui/copy-button.js";
import { Panel } from "../ui/panel.js";
import { ScrollBox } from "../ui/scroll-box.js";
import { curlOf, typescriptOf } from "./config/run-code.js";
import type { WireConfig } from "./config/wire-config.js";

const FORMS = [
  { value: "curl", label: "curl" },
  { value: "typescript", label: "TypeScript" },
] as const;

/** What starts the same run from elsewhere: a command or a script, to be copied. */
export function RunCode({ config, title }: { config: WireConfig; title: string }) {
  const [form, setForm] = useState<(typeof FORMS)[number]["value"]>("curl");
  const options = { origin: location.origin, hasToken: currentToken() !== undefined };
  const code = form === "curl" ? curlOf(config, options) : typescriptOf(config, options);
  const name = form === "curl" ? "curl" : "TypeScript";
  return (
    <Panel title={title} action={<CopyButton text={code} label={`Copy as ${name}`} />}>
      <Choice label="Form of the code" options={FORMS} value={form} onChange={setForm} />
      <ScrollBox label={`The run as ${name}`} className="mt-3 max-h-80 overflow-auto rounded-md bg-page p-3">
        <pre className="font-mono text-xs">{code}</pre>
      </ScrollBox>
      {options.hasToken && (
        <p className="mt-2 text-muted text-sm">
          Put your token into <code>FEDLOOM_TOKEN</code> first.
        </p>
      )}
    </Panel>
  );
}
