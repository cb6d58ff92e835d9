import { sha256Hex } from "../configs/hash.ts";
import type { OperatorLabels } from "./operator-labels.ts";

/** The ETag of an agent, of which people edit the labels and the name in place. */
export const agentEtag = ({ operator, name }: { operator: OperatorLabels; name: string | null }): string =>
  `"${sha256Hex(JSON.stringify([Object.entries(operator).sort(([a], [b]) => (a < b ? -1 : 1)), name])).slice(0, 16)}"`;
