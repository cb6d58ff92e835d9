import { plural } from "../../../domain/plural.ts";
import type { InputImpact } from "../../../protocol/api/variables.ts";
import { clean, type Style } from "../../output.ts";

const shownNames = 10;

/** Which agents would change, fleet by fleet. */
export function showImpact({ name, fleets, changed, more }: InputImpact, { color }: Style): string {
  if (fleets.length === 0) return `No fleet's current release names ${clean(name)}: nothing would change.`;
  const lines = [color.bold(`${plural(changed, "agent")} would change.`)];
  for (const fleet of fleets) {
    const release = fleet.releaseNumber === null ? "" : ` (release ${fleet.releaseNumber})`;
    lines.push(`  ${fleet.slug}${release}: ${fleet.changed} of ${plural(fleet.agents, "agent")}`);
    if (fleet.names.length > 0) {
      const rest = fleet.changed - shownNames;
      const names = fleet.names.slice(0, shownNames).map(clean).join(", ");
      lines.push(color.dim(`    ${names}${rest > 0 ? ` and ${rest} more` : ""}`));
    }
    if (fleet.problem !== null) lines.push(`    ${color.red("problem:")} ${clean(fleet.problem)}`);
    else if (fleet.changed > 0) {
      lines.push(`    ${color.dim("next:")} muster deploy --refresh-inputs --fleet ${fleet.slug} --dry-run`);
    }
  }
  if (more) lines.push(color.dim("  The environment has further fleets, which were not asked."));
  return lines.join("\n");
}
