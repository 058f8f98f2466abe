import { ConfigField } from "../fields/config-field.js";
import { useRunForm } from "../form-context.js";

/** Where a file or folder of samples is on the server. */
export function PathField() {
  const { files } = useRunForm().catalog.data;
  return (
    <ConfigField
      name="data_path"
      about={`One of: ${files.map(({ description }) => description).join(", ")}.`}
      placeholder="/data/pneumoniamnist.npz"
    />
  );
}
