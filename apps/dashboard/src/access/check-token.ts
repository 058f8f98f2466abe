/** Asks the server whether a token lets in; answers why it does not, or undefined. */
export async function checkToken(token: string): Promise<string | undefined> {
  if (!/^[\x21-\x7e]+$/.test(token)) return "A token is one word that begins with fedloom_.";
  let response: Response;
  try {
    response = await fetch("/api/runs?limit=1", { headers: { authorization: `Bearer ${token}` } });
  } catch {
    return "The server does not answer.";
  }
  if (response.ok) return undefined;
  switch (response.status) {
    case 401:
      return "The server does not know this token, or it is no longer valid.";
    case 403:
      return "This token may not look at runs: a viewer's or an admin's is needed.";
    case 429:
      return `There were too many wrong tokens: wait ${response.headers.get("retry-after") ?? "some"} seconds.`;
    default:
      return `The server could not check the token (status ${response.status}).`;
  }
}
