import type { Labels } from "../fleets/agent-state.ts";
import { sha256Hex } from "./hash.ts";

/** The ETag of a config, of which people edit the labels in place; `labels` in the order in which the API gives them. */
export const labelsEtag = (labels: Labels): string => `"${sha256Hex(JSON.stringify(labels)).slice(0, 16)}"`;
