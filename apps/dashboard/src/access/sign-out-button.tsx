import { Button } from "../ui/button.js";
import { signOut, useSession } from "./session.js";

/** Forgets the token; nothing where none is shown. */
export function SignOutButton() {
  if (useSession().token === undefined) return null;
  return <Button onClick={signOut}>Sign out</Button>;
}
