export type Colour = "error" | "warning" | "quiet";

const searched = 200;
const words: readonly [Colour, RegExp][] = [
  ["error", /\b(error|err|fatal|panic|emerg|alert|crit|critical|fail|failed|failure|exception|traceback)\b/i],
  ["warning", /\b(warn|warning)\b/i],
  ["quiet", /\b(debug|trace)\b/i],
];

/** How a line is coloured by the words in it: a guess, and nothing is filtered by it. null = as any other. */
export function levelOf(text: string): Colour | null {
  const head = text.slice(0, searched);
  return words.find(([, pattern]) => pattern.test(head))?.[0] ?? null;
}
