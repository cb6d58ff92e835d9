/**
 * Whether a command fits a pattern of the agent's settings, word by word: `*` in a word stands for any characters but
 * "/", `**` for any characters; `**` as the last word for any words that are left, none too. What begins with either
 * stands for no option.
 */
export function fitsPattern(argv: readonly string[], pattern: string): boolean {
  const words = pattern.trim().split(/\s+/);
  const rest = words.at(-1) === "**";
  const fixed = rest ? words.slice(0, -1) : words;
  if (rest ? argv.length < fixed.length : argv.length !== fixed.length) return false;
  return fixed.every((word, at) => fitsWord(argv[at] ?? "", word));
}

function fitsWord(text: string, word: string): boolean {
  if (word.startsWith("*") && text.startsWith("-")) return false;
  const pattern = word
    .split(/(\*\*|\*)/)
    .map((part) => {
      if (part === "**") return "[^]*";
      if (part === "*") return "[^/]*";
      return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
  return new RegExp(`^${pattern}$`).test(text);
}
