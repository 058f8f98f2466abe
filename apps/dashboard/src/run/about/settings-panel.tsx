import type { RunRecord } from "@fedloom/protocol";
import { configOf, draftOf } from "../../new-run/config/draft.js";
import { RunCode } from "../../new-run/run-code.js";
import { Link } from "../../router.js";
import { buttonClass } from "../../ui/button.js";
import { CopyButton } from "../../ui/copy-button.js";
import { Panel } from "../../ui/panel.js";
import { ScrollBox } from "../../ui/scroll-box.js";
import { type Setting, settingGroups, settingsOf } from "./settings-of.js";

/** What the run was set up with: what is unlike the defaults first, then everything, then as code. */
export function SettingsPanel({ record: { config, runId, isManaged } }: { record: RunRecord }) {
  const settings = settingsOf(config);
  const unusual = settings.filter(({ isUsual }) => !isUsual);
  const json = JSON.stringify(config, null, 2);
  // What a stranger's program trained cannot be trained here.
  const draft = isManaged ? draftOf(config) : undefined;
  return (
    <>
      <Panel
        title="Set up with"
        action={
          draft && (
            <Link href={`/new?from=${encodeURIComponent(runId)}`} className={buttonClass("primary")}>
              Start again with these settings
            </Link>
          )
        }
      >
        {unusual.length > 0 ? (
          <>
            <p className="mb-2 text-muted text-sm">What is not as it is by default.</p>
            <SettingsList settings={unusual} />
          </>
        ) : (
          <p className="text-muted">
            {isManaged ? "Everything is as it is by default." : "Its program did not say how it was set up."}
          </p>
        )}
        <details className="mt-4">
          <summary className="w-fit text-accent text-sm hover:underline">All settings</summary>
          <div className="mt-3 space-y-4">
            {settingGroups.map((group) => {
              const members = settings.filter((setting) => setting.group === group);
              return (
                members.length > 0 && (
                  <section key={group} aria-label={group}>
                    <h3 className="mb-1 font-medium text-sm">{group}</h3>
                    <SettingsList settings={members} />
                  </section>
                )
              );
            })}
          </div>
        </details>
        <details className="mt-3">
          <summary className="w-fit text-accent text-sm hover:underline">As JSON</summary>
          <div className="mt-3 flex justify-end">
            <CopyButton text={json} label="Copy the JSON" />
          </div>
          <ScrollBox
            label="The config as JSON"
            className="mt-2 max-h-96 overflow-auto rounded-md bg-page p-3"
          >
            <pre className="font-mono text-xs">{json}</pre>
          </ScrollBox>
        </details>
      </Panel>
      {draft && <RunCode config={configOf(draft)} title="Start it from elsewhere" />}
    </>
  );
}

function SettingsList({ settings }: { settings: readonly Setting[] }) {
  return (
    <dl className="text-sm">
      {settings.map(({ path, label, text, isUsual }) => (
        <div
          key={path}
          className="grid gap-x-4 border-line border-t py-1.5 first:border-t-0 sm:grid-cols-[12rem_minmax(0,1fr)]"
        >
          <dt className="text-muted [overflow-wrap:anywhere]">
            <bdi>{label}</bdi>
          </dt>
          <dd
            className={`min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere] ${isUsual ? "" : "font-medium"}`}
          >
            <bdi>{text}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
