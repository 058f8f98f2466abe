import { useCallback, useState } from "react";
import { ApiError } from "./errors.js";

export interface Action {
  /** Does something at the server; answers whether it went well. */
  act: (work: () => Promise<unknown>) => Promise<boolean>;
  isActing: boolean;
  /** Why the last one was refused. */
  refusal: ApiError | undefined;
  forgetRefusal: () => void;
}

/** Something that a reader does at the server, with what is said when it is refused. */
export function useAction(): Action {
  const [isActing, setActing] = useState(false);
  const [refusal, setRefusal] = useState<ApiError>();
  const act = useCallback(async (work: () => Promise<unknown>) => {
    setActing(true);
    setRefusal(undefined);
    try {
      await work();
      return true;
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setRefusal(cause);
      return false;
    } finally {
      setActing(false);
    }
  }, []);
  const forgetRefusal = useCallback(() => setRefusal(undefined), []);
  return { act, isActing, refusal, forgetRefusal };
}
