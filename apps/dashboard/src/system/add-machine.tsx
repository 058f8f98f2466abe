import { currentToken } from "../access/session.js";
import { relayUrl } from "../live/relay-url.js";
import { CopyButton } from "../ui/copy-button.js";

/** How another machine is added: one command there. */
export function AddMachine() {
  const asksToken = currentToken() !== undefined;
  const command = `npx fedloom agent --url ${relayUrl()}${asksToken ? ' --token "$FEDLOOM_TOKEN"' : ""}`;
  return (
    <div className="space-y-3 text-sm">
      <p className="text-muted">
        Run this on the other machine, where Fedloom is built. It tells this server every 5 seconds how the
        machine is: CPU, memory, disk, network, load and GPUs.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <code
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
          tabIndex={0}
          className="block min-w-0 flex-1 overflow-x-auto whitespace-nowrap rounded-md border border-line bg-raised px-3 py-2 font-mono text-xs"
        >
          {command}
        </code>
        <CopyButton text={command} />
      </div>
      <p className="text-muted">
        <code>--host</code> gives it another name than that of its network.{" "}
        {asksToken && (
          <>
            The token has to be a publisher's: <code>fedloom token create --role publisher</code> makes one.
          </>
        )}
        {isLoopback(location.hostname) &&
          "This page's address is one of this machine alone: put the server's name in its place."}
      </p>
    </div>
  );
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "[::1]" || name.startsWith("127.");
}
