import type { WireConfig } from "./wire-config.js";

export interface RunCodeOptions {
  /** Address of the server, without a slash at the end. */
  origin: string;
  /** Whether the server asks for a token. */
  hasToken: boolean;
}

/** A shell command that starts a run with this config. */
export function curlOf(config: WireConfig, { origin, hasToken }: RunCodeOptions): string {
  return [
    `curl ${quoted(`${origin}/api/runs`)}`,
    // In double quotes, so that the shell puts the token in.
    ...(hasToken ? ['-H "authorization: Bearer $FEDLOOM_TOKEN"'] : []),
    "-H 'content-type: application/json'",
    `--data-raw ${quoted(jsonOf(config))}`,
  ].join(" \\\n  ");
}

/** A script for Node, Deno or Bun that starts a run with this config and prints the address of its page. */
export function typescriptOf(config: WireConfig, { origin, hasToken }: RunCodeOptions): string {
  const token = hasToken ? `    authorization: \`Bearer \${process.env.FEDLOOM_TOKEN}\`,\n` : "";
  return `const server = ${JSON.stringify(origin)};
const config = ${jsonOf(config)};

const response = await fetch(\`\${server}/api/runs\`, {
  method: "POST",
  headers: {
    "content-type": "application/json",
${token}  },
  body: JSON.stringify(config),
});
if (!response.ok) throw new Error(await response.text());
const { run_id } = await response.json();
console.log(\`\${server}/runs/\${run_id}\`);
`;
}

/** As JSON for people. */
export function jsonOf(config: WireConfig): string {
  return JSON.stringify(config, null, 2);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
