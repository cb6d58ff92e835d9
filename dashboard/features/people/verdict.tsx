import type { AccessExplanation } from "../../../protocol/api/access.ts";
import { Tag, type Tone } from "../../ui/status.tsx";

const looks: Record<AccessExplanation["verdict"], { tone: Tone; text: string }> = {
  allow: { tone: "good", text: "may" },
  partly: { tone: "warn", text: "for some agents" },
  deny: { tone: "idle", text: "may not" },
};

export function Verdict({ verdict }: { verdict: AccessExplanation["verdict"] }) {
  return <Tag tone={looks[verdict].tone}>{looks[verdict].text}</Tag>;
}
