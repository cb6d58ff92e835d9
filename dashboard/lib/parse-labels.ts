import type { Labels } from "../../domain/fleets/agent-state.ts";

const keyPattern = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/;

/** `role=web, region=eu` as labels; `error` says what cannot be read, then the fix. */
export function parseLabels(text: string): { labels: Labels; error: string | null } {
  const labels: Labels = {};
  for (const part of text.split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const at = part.indexOf("=");
    if (at < 0) return { labels: {}, error: `"${part}" has no value. Write it as ${part}=value.` };
    const key = part.slice(0, at).trim();
    if (!keyPattern.test(key)) {
      return {
        labels: {},
        error: `"${key}" is not a label key. Use letters, digits, dots, dashes and slashes.`,
      };
    }
    if (Object.hasOwn(labels, key)) return { labels: {}, error: `"${key}" stands twice. Keep one of them.` };
    labels[key] = part.slice(at + 1).trim();
  }
  return { labels, error: null };
}
