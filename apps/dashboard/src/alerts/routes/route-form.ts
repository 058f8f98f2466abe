import { type AlertRoute, alertRouteInput } from "@fedloom/protocol";
import { problemSentence } from "../../new-run/config/problem-sentence.js";
import { type MatcherValues, matcherOfValues, valuesOfMatcher } from "../matcher/matcher-form.js";

/** What stands in the form of a route. */
export interface RouteValues {
  name: string;
  kind: AlertRoute["receiver"]["kind"];
  url: string;
  /** Empty to keep the one that there is, or to have one made. */
  secret: string;
  isEnabled: boolean;
  matcher: MatcherValues;
}

export interface RouteProblem {
  field: string;
  message: string;
}

export function valuesOfRoute(route?: AlertRoute): RouteValues {
  const { name = "", isEnabled = true, receiver, matcher = {} } = route ?? {};
  return {
    name,
    kind: receiver?.kind ?? "webhook",
    url: receiver?.kind === "webhook" ? receiver.url : "",
    secret: "",
    isEnabled,
    matcher: valuesOfMatcher(matcher),
  };
}

/** The route in its wire form that a form describes, or what is wrong with it. */
export function routeOfValues(
  values: RouteValues,
): { ok: true; route: Record<string, unknown> } | { ok: false; problem: RouteProblem } {
  const { name, kind, url, secret, isEnabled, matcher } = values;
  const receiver =
    kind === "log"
      ? { kind }
      : { kind, url: url.trim(), ...(secret.trim() !== "" && { secret: secret.trim() }) };
  const route = {
    name: name.trim(),
    is_enabled: isEnabled,
    matcher: matcherOfValues(matcher),
    receiver,
  };
  const checked = alertRouteInput.check(route);
  if (checked.ok) return { ok: true, route };
  const { field = "", expected, received, message } = checked.error;
  return { ok: false, problem: { field, message: problemSentence({ expected, received, message }) } };
}
