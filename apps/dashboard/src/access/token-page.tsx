import { type FormEvent, useState } from "react";
import { Button } from "../ui/button.js";
import { TextField } from "../ui/field.js";
import { Notice } from "../ui/notice.js";
import { PageTitle } from "../ui/page-title.js";
import { Panel } from "../ui/panel.js";
import { checkToken } from "./check-token.js";
import { signIn, useSession } from "./session.js";

/** Asks for the token without which the server says nothing. */
export function TokenPage() {
  const session = useSession();
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<string>();
  const [isChecking, setIsChecking] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const entered = token.trim();
    if (entered === "") return setProblem("Enter a token.");
    setIsChecking(true);
    const refusal = await checkToken(entered);
    setIsChecking(false);
    setProblem(refusal);
    if (refusal === undefined) signIn(entered);
  };
  return (
    <div className="mx-auto max-w-lg space-y-6">
      <PageTitle>This server asks for a token</PageTitle>
      {session.problem && problem === undefined && <Notice tone="warn" title={session.problem} />}
      <Panel title="Show your token">
        <form onSubmit={submit} className="space-y-4" noValidate>
          <TextField
            label="Token"
            name="token"
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={token}
            onChange={(event) => setToken(event.target.value)}
            problem={problem}
            help={
              <>
                Whoever runs the server makes one with <code>fedloom token create --role viewer</code>. It
                stays in this tab until the tab is closed.
              </>
            }
          />
          <Button type="submit" kind="primary" disabled={isChecking}>
            {isChecking ? "Checking…" : "Continue"}
          </Button>
        </form>
      </Panel>
    </div>
  );
}
