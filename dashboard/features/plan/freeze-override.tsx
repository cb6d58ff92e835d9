import { Snowflake } from "lucide-react";
import type { Environment } from "../../../protocol/api/projects.ts";
import { useWhyNot } from "../../api/access.ts";
import { exactTime } from "../../lib/time.ts";
import { freezeAt } from "../../lib/windows.ts";
import { CheckField } from "../../ui/field.tsx";
import { PlanText } from "./field-errors.tsx";
import type { TermsFieldsProps } from "./strategy-fields.tsx";

/** Shown while a freeze is on: it waits until the end, or an admin says why it may go on. */
export function FreezeOverride({
  terms,
  set,
  environment,
}: TermsFieldsProps & { environment: Environment | undefined }) {
  const whyNot = useWhyNot(environment?.organizationId);
  const freeze = freezeAt(environment?.freezes ?? [], Date.now());
  if (!freeze) return null;
  const refused = whyNot("rollout.override_freeze", {
    projectId: environment?.projectId,
    environmentId: environment?.id,
  });
  return (
    <section className="flex flex-col gap-3 rounded-lg border border-busy/40 bg-busy-tint p-4">
      <p className="flex items-start gap-2">
        <Snowflake aria-hidden className="mt-0.5 size-4 shrink-0 text-busy" />
        <span>
          {environment?.name} is frozen until {exactTime(freeze.until)}: {freeze.reason}
        </span>
      </p>
      <CheckField
        label="Start in spite of the freeze"
        checked={terms.overridesFreeze}
        disabled={refused !== undefined}
        onChange={(overridesFreeze) => set({ overridesFreeze })}
        hint={
          refused === undefined
            ? "It is noted in the audit log, with your reason."
            : `${refused} Without it the rollout waits for the freeze to end.`
        }
      />
      {terms.overridesFreeze ? (
        <PlanText
          path="overrideFreeze.reason"
          label="Reason"
          required
          maxLength={500}
          value={terms.freezeReason}
          onChange={(event) => set({ freezeReason: event.target.value })}
        />
      ) : null}
    </section>
  );
}
