/** Where the built file of the workers is: beside this package's other built files, also for its sources. */
export function workerFile(): URL {
  const here = import.meta.url;
  return new URL(here.endsWith(".ts") ? "../../dist/worker.js" : "./worker.js", here);
}
