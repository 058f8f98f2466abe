/** One option as plain data, for forms and documents: what it is for, and which values the code takes. */
export interface OptionDescription {
  readonly kind: "number" | "integer" | "boolean" | "choice" | "text" | "list" | "object";
  /** What it does, in plain words. */
  readonly about: string;
  /** Default false. */
  readonly isRequired?: boolean;
  /** What is used when it is absent, where that is a plain value. */
  readonly default?: unknown;
  readonly min?: number;
  readonly max?: number;
  /** Whether `min` itself is refused; default false. */
  readonly isAboveMin?: boolean;
  /** Whether `max` itself is refused; default false. */
  readonly isBelowMax?: boolean;
  /** Of kind `choice`. */
  readonly choices?: readonly string[];
  /** Of a list, or of an object whose keys are free. */
  readonly example?: unknown;
  /** Of an object: what is in it, by name. */
  readonly options?: OptionDescriptions;
}

export type OptionDescriptions<Name extends string = string> = Readonly<Record<Name, OptionDescription>>;

/** What can be chosen by name, with every option that plain data can hold. */
export interface Description<Options = Readonly<Record<string, unknown>>> {
  /** What people call it. */
  readonly title: string;
  /** What it does and when to take it. */
  readonly about: string;
  readonly options: OptionDescriptions<keyof Options & string>;
}

/** A strategy with its paper, and with its options beside `selection`, which every strategy takes. */
export interface StrategyDescription<Options = Readonly<Record<string, unknown>>>
  extends Description<Omit<Options, "selection">> {
  readonly source: string;
}
