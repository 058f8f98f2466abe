import type { OptionDescription, OptionDescriptions } from "../description.js";
import { encodeState } from "../encode-state.js";
import type { ContractCheck } from "./strategy-contract.js";

type Options = Readonly<Record<string, unknown>>;

export interface DescribedSubject {
  readonly options: OptionDescriptions;
  /**
   * Does with the options what shows each of them, and gives all that came of it as plain data and typed arrays; throws
   * for options that are refused.
   */
  use(options: Options): unknown;
  /** Options that the code takes and nobody describes, because plain data cannot hold them; default none. */
  readonly undescribed?: readonly string[];
  /** Options without which it cannot be used; default: some value of those that are required. */
  readonly needed?: Options;
}

/** That a description is true of the code: one check per promise; run each in a test of your own framework. */
export function descriptionContract(subject: DescribedSubject): readonly ContractCheck[] {
  const { options, use, undescribed = [], needed = neededOf(options) } = subject;
  const described = Object.entries(options);
  return [
    {
      name: "describes every option that the code takes",
      run() {
        const message = refusalOf(() => use({ ...needed, "none such": 1 }));
        const known = /options among (.+), got/.exec(message)?.[1]?.split(", ") ?? [];
        requireEqual(known.toSorted(), [...Object.keys(options), ...undescribed].toSorted(), "options");
      },
    },
    {
      name: "names the options that are required",
      run() {
        for (const [name, { isRequired = false }] of described) {
          if (!isRequired) continue;
          const { [name]: _, ...others } = needed;
          refusalOf(() => use(others));
        }
        use(needed);
      },
    },
    {
      name: "tells the defaults that the code has",
      run() {
        for (const [name, option] of described) {
          if (option.default === undefined) continue;
          const usual = use(needed);
          const isUsual = (value: unknown) =>
            isEqual(
              outcomeOf(() => use({ ...needed, [name]: value })),
              usual,
            );
          if (!isUsual(option.default))
            throw new Error(`${name}: expected the default ${option.default}, got another`);
          const differs = otherValues(option).some((value) => !isUsual(value));
          if (!differs) throw new Error(`${name}: expected another value to show, got the same`);
        }
      },
    },
    {
      name: "has the code take what it allows and refuse what it does not",
      run() {
        for (const [name, option] of described) {
          for (const value of allowedBy(option)) use({ ...needed, [name]: value });
          for (const value of refusedBy(option)) {
            const message = refusalOf(() => use({ ...needed, [name]: value }));
            if (!message.includes(name))
              throw new Error(`${name}: expected a refusal that names it, got ${message}`);
          }
        }
      },
    },
  ];
}

function neededOf(options: OptionDescriptions): Options {
  const required = Object.entries(options).filter(([, { isRequired }]) => isRequired);
  return Object.fromEntries(required.map(([name, option]) => [name, someValue(option)]));
}

function someValue({ kind, min = 0, max, choices, example }: OptionDescription): unknown {
  if (kind === "choice") return choices?.[0];
  return example ?? (max === undefined ? min + 1 : (min + max) / 2);
}

/** The ends of what is allowed, or as near to them as goes. */
function allowedBy({
  min,
  max,
  isAboveMin,
  isBelowMax,
  choices = [],
  example,
}: OptionDescription): unknown[] {
  return [
    ...(min === undefined ? [] : [isAboveMin ? min + 1e-9 : min]),
    ...(max === undefined ? [] : [isBelowMax ? max - 1e-9 : max]),
    ...(example === undefined ? [] : [example]),
    ...choices,
  ];
}

function refusedBy({ kind, min, max, isAboveMin, isBelowMax }: OptionDescription): unknown[] {
  if (kind !== "number" && kind !== "integer") return ["none such", 0.5];
  return [
    "1",
    Number.NaN,
    ...(min === undefined ? [] : [isAboveMin ? min : min - 1, min - 1e-9]),
    ...(max === undefined ? [] : [isBelowMax ? max : max + 1, max + 1e-9]),
    ...(kind === "integer" ? [(min ?? 0) + 0.5] : []),
  ];
}

function otherValues({ kind, choices = [], ...option }: OptionDescription): unknown[] {
  if (kind === "boolean") return [!option.default];
  if (kind === "choice") return choices.filter((choice) => choice !== option.default);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = option;
  const near = option.default as number;
  return [near + 1, near - 1, near + 0.05, near + 100, near * 100, near / 2, near / 500].filter(
    (value) => value > min && value < max && (kind === "number" || Number.isInteger(value)),
  );
}

function refusalOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if ((error as { code?: unknown }).code === "invalid_option") return (error as Error).message;
    throw error;
  }
  throw new Error("expected a refusal, got none");
}

/** What came of it, or why nothing did. */
function outcomeOf(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    return String(error);
  }
}

function isEqual(a: unknown, b: unknown): boolean {
  const [one, other] = [encodeState(a), encodeState(b)];
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

function requireEqual(received: unknown, expected: unknown, what: string): void {
  if (isEqual(received, expected)) return;
  throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(received)}`);
}
