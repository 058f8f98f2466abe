import { type AlertRuleKind, alertRule } from "@fedloom/protocol";
import { problemSentence } from "../../new-run/config/problem-sentence.js";
import { labelsOfText, namesOfText, textOfLabels, textOfNames } from "../matcher/lists.js";
import { fieldsOf, type RuleField } from "./rule-fields.js";
import { fieldLabel } from "./rule-words.js";

/** What stands in the fields of a form, by their paths. */
export type FormValues = Readonly<Record<string, string | boolean | readonly string[]>>;
type Wire = Record<string, unknown>;

/** Wire names of fields that are refused, each with a sentence. */
export interface RuleProblem {
  path: string;
  message: string;
}

/** The form of a kind with a rule's values in it, or with what is usual. */
export function valuesOfRule(kind: AlertRuleKind, rule?: Wire): FormValues {
  const entries = fieldsOf(kind).map((field) => {
    const given = rule && field.path.split(".").reduce<unknown>((at, name) => (at as Wire)?.[name], rule);
    return [field.path, shown(field, given ?? (rule && field.control === "labels" ? {} : field.initial))];
  });
  return Object.fromEntries(entries);
}

function shown({ control, options, isOptional }: RuleField, value: unknown): string | boolean | string[] {
  switch (control) {
    case "switch":
      return value === true;
    case "choices":
      return Array.isArray(value) ? value : [];
    case "names":
      return textOfNames(value as string[] | undefined);
    case "labels":
      return textOfLabels(value as Record<string, string> | undefined);
    case "choice":
      return value === undefined ? ((isOptional ? undefined : options[0]) ?? "") : String(value);
    default:
      return value === undefined ? "" : String(value);
  }
}

/** The rule in its wire form that a form describes; fields that do not belong to it are left out. */
export function ruleOfValues(
  kind: AlertRuleKind,
  values: FormValues,
): { ok: true; rule: Wire } | { ok: false; problem: RuleProblem } {
  const rule: Wire = { kind };
  for (const field of shownFields(kind, values)) put(rule, field.path, entered(field, values[field.path]));
  const decoded = alertRule.decode(rule);
  if (decoded.ok) return { ok: true, rule };
  return { ok: false, problem: problemOf(kind, decoded.error) };
}

/** The fields that belong to a rule: those of hosts are not asked for where it is about runs. */
export function shownFields(kind: AlertRuleKind, values: FormValues): RuleField[] {
  const fields = fieldsOf(kind);
  if (kind !== "threshold") return fields;
  const foreign =
    values.of === "host" ? ["phase", "clients", "scope.runs", "scope.projects"] : ["scope.hosts"];
  return fields.filter(({ path }) => !foreign.includes(path));
}

/** A refusal, ours or the server's, beside the field that it is about. */
export function problemOf(
  kind: AlertRuleKind,
  { field = "", ...refusal }: { field?: string | undefined } & Parameters<typeof problemSentence>[0],
): RuleProblem {
  const paths = fieldsOf(kind).map(({ path }) => path);
  const known = paths.find((path) => field === path || field.startsWith(`${path}.`));
  // Other fields are named as the form names them.
  const message = problemSentence(refusal).replace(/[a-z]+(_[a-z]+)+/g, (name) =>
    paths.includes(name) ? `“${fieldLabel(name)}”` : name,
  );
  return { path: known ?? field, message: capital(message) };
}

function entered({ control }: RuleField, value: FormValues[string] | undefined): unknown {
  if (value === undefined) return undefined;
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (control === "names") return namesOfText(text);
  if (control === "labels") return labelsOfText(text);
  if (text === "") return undefined;
  if (control !== "number") return text;
  // What is no number stays as it was entered, so that the refusal shows it.
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function put(rule: Wire, path: string, value: unknown): void {
  if (value === undefined) return;
  const [first = "", second] = path.split(".");
  if (second === undefined) rule[first] = value;
  else rule[first] = { ...(rule[first] as Wire | undefined), [second]: value };
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
