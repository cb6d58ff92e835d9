import type { Agent } from "../../../protocol/api/agents.ts";
import { plural } from "../../lib/format.ts";

const named = 4;

/** How many agents a selector matches now, and the first few names. */
export function matchedText(matched: readonly Agent[]): string {
  if (matched.length === 0) return "No agent matches now.";
  const names = matched
    .slice(0, named)
    .map((agent) => agent.name)
    .join(", ");
  const more = matched.length > named ? ` and ${matched.length - named} more` : "";
  return `${plural(matched.length, "agent")}: ${names}${more}`;
}
