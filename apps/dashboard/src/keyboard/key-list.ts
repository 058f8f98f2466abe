/** Single keys by where they work, as the list of keys shows them. */
export const KEY_LIST: readonly {
  where: string;
  keys: readonly { keys: readonly string[]; what: string }[];
}[] = [
  {
    where: "Everywhere",
    keys: [
      { keys: ["n"], what: "New run" },
      { keys: ["?"], what: "Show these keys" },
    ],
  },
  {
    where: "In the list of runs",
    keys: [
      { keys: ["/"], what: "Search" },
      { keys: ["j", "↓"], what: "Next run" },
      { keys: ["k", "↑"], what: "Run before" },
      { keys: ["Enter"], what: "Open the run" },
      { keys: ["x"], what: "Choose the run, or not" },
      { keys: ["X"], what: "Choose all runs up to this one" },
      { keys: ["c"], what: "Compare the chosen runs" },
      { keys: ["Esc"], what: "Choose none" },
    ],
  },
];
