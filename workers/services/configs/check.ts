import { hasErrors } from "../../../domain/configs/diagnostic.ts";
import { factsOf } from "../../../domain/configs/facts.ts";
import { kinds, validate } from "../../../domain/configs/kinds.ts";
import { refuse } from "../../../domain/errors.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Validation } from "../../../protocol/api/configs.ts";
import { listFleetComponents } from "../components/fleet.ts";
import type { Context } from "../context.ts";

/** Touches no tenant's data, unless it is to ask what the agents of a fleet report. */
export async function check({
  ctx,
  input: { kind, content, fleet, selector },
}: {
  ctx: Context;
  input: { kind: string; content: string; fleet?: FleetId; selector?: string };
}): Promise<Validation> {
  if (selector !== undefined && !fleet) {
    refuse("validation_failed", "A selector chooses among the agents of a fleet: name the fleet too.", [
      { path: "selector", message: "needs `fleet`" },
    ]);
  }
  const reported = fleet
    ? await listFleetComponents({ ctx, input: { fleet, ...(selector && { selector }) } })
    : null;
  const facts = reported ? factsOf(reported) : undefined;
  const diagnostics = validate(kind, content, facts);
  return {
    valid: !hasErrors(diagnostics),
    diagnostics,
    checkedAgainst: reported && {
      agents: reported.agents,
      reporting: reported.reporting,
      versions: reported.versions.map(({ version }) => version),
    },
  };
}

export async function listKinds() {
  const items = kinds.map(({ kind, title, contentType, defaultFileName, language, template }) => ({
    kind,
    title,
    contentType,
    defaultFileName,
    language,
    template,
  }));
  return { items, nextCursor: null };
}
