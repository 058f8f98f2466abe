/** What is known of a data set in MNIST's format. */
export interface IdxSet {
  readonly title: string;
  readonly classNames: readonly string[];
  /** Label of the first class in the file. */
  readonly firstLabel?: number;
  /** The file has images column by column: they lie on their side unless turned. */
  readonly transposed?: boolean;
}

const digits = [..."0123456789"];
const upper = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const lower = [..."abcdefghijklmnopqrstuvwxyz"];
/** Small letters that look like their capitals are merged with them (Cohen et al. 2017, section III). */
const merged = [...digits, ...upper, ..."abdefghnqrt"];

const mnist: IdxSet = { title: "MNIST: handwritten digits", classNames: digits };
const emnist = (part: string, classNames: readonly string[], firstLabel = 0): IdxSet => ({
  title: `EMNIST ${part}: handwritten characters`,
  classNames,
  firstLabel,
  transposed: true,
});

/**
 * MNIST (LeCun, Cortes, Burges 1998), Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, table 2) and the six parts of EMNIST
 * (Cohen, Afshar, Tapson, van Schaik 2017).
 */
const sets: ReadonlyMap<string, IdxSet> = new Map([
  ["mnist", mnist],
  [
    "fashion-mnist",
    {
      title: "Fashion-MNIST: articles of clothing",
      classNames: [
        "T-shirt/top",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
      ],
    },
  ],
  ["emnist-byclass", emnist("by class", [...digits, ...upper, ...lower])],
  ["emnist-bymerge", emnist("by merge", merged)],
  ["emnist-balanced", emnist("balanced", merged)],
  ["emnist-letters", emnist("letters", upper, 1)],
  ["emnist-digits", emnist("digits", digits)],
  ["emnist-mnist", emnist("MNIST", digits)],
]);

/** What is known of a set by its name; `fashion_mnist` and `FashionMNIST` are `fashion-mnist`. */
export function findIdxSet(name: string): IdxSet | undefined {
  const key = name.toLowerCase().replace(/[\s_]+/g, "-");
  return sets.get(key) ?? (/^fashion-?mnist$/.test(key) ? sets.get("fashion-mnist") : undefined);
}
