import type { Catalog } from "@fedloom/protocol";
import { createContext, useContext } from "react";
import type { Draft } from "./config/draft.js";
import type { Problems } from "./config/problems.js";
import type { WireConfig } from "./config/wire-config.js";

/** What every part of the form reads and changes. */
export interface RunForm {
  draft: Draft;
  config: WireConfig;
  catalog: Catalog;
  problems: Problems;
  /** Sets the value at a path such as `hooks.0.options.max_norm`; undefined takes it out. */
  set: (path: string, value: unknown) => void;
  /** Changes several things at once. */
  change: (change: (draft: Draft) => Draft) => void;
  /** Says what the server found out about fields, before the run is started. */
  tell: (problems: Problems) => void;
}

const Form = createContext<RunForm | undefined>(undefined);

export const RunFormProvider = Form.Provider;

export function useRunForm(): RunForm {
  const form = useContext(Form);
  if (!form) throw new Error("a part of the form stands outside of it");
  return form;
}
