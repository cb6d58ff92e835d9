import type { Decision } from "../../api/types.ts";
import { Tag, type Tone } from "../../ui/status.tsx";

const tones: Record<Decision["verdict"], Tone> = { pass: "good", hold: "warn", fail: "bad", info: "idle" };

export function VerdictTag({ verdict }: { verdict: Decision["verdict"] }) {
  return <Tag tone={tones[verdict]}>{verdict}</Tag>;
}
