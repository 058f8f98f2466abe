import { chosen } from "../config/described-options.js";
import { useRunForm } from "../form-context.js";
import { BasicsSection } from "./basics-section.js";
import { ClientsSection } from "./clients-section.js";
import { DataSection } from "./data-section.js";
import { EndingSection } from "./ending-section.js";
import { HooksSection } from "./hooks-section.js";
import { RecordSection } from "./record-section.js";
import { StrategySection } from "./strategy-section.js";
import { TrainingSection } from "./training-section.js";

/** All fields: what everybody chooses, then what is well as it is. */
export function RunSections() {
  const { config } = useRunForm();
  const isFederated = chosen(config, "mode") !== "centralized";
  return (
    <div className="min-w-0 space-y-4">
      <BasicsSection />
      <DataSection />
      {isFederated && (
        <>
          <ClientsSection />
          <StrategySection />
          <HooksSection />
        </>
      )}
      <TrainingSection />
      <EndingSection />
      <RecordSection />
    </div>
  );
}
