import { AddMachine } from "./add-machine.js";

/** What is shown where no machine says how it is. */
export function NoMachines() {
  return (
    <div className="rounded-lg border border-line border-dashed bg-surface p-6 sm:p-10">
      <h2 className="mb-3 font-semibold text-lg">No machine says how it is</h2>
      <AddMachine />
    </div>
  );
}
