const maxTries = 20_000_000;
const maxMatchedChars = 200;

/**
 * Why a regular expression is not taken; null = it is. Anybody who may write templates may write one, so it must end soon
 * on every value: what repeats is counted, and groups do not repeat.
 */
export function patternProblem(pattern: string): string | null {
  try {
    new RegExp(`^(?:${pattern})$`, "u");
  } catch (error) {
    const cause = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : "";
    return `is not a regular expression: ${cause.slice(0, 120)}`;
  }
  const bare = withoutClasses(pattern);
  if (/\\[1-9k]/.test(bare)) return "refers back to a group: compare such values elsewhere";
  if (/\(\?[=!<]/.test(bare)) return "looks around or names a group: write it without";
  if (/\)[*+{]/.test(bare))
    return "repeats a group, which may take very long: repeat single characters or classes";
  const loops = bare.match(/[*+{]/g)?.length ?? 0;
  const choices = bare.match(/\||\?(?!:)/g)?.length ?? 0;
  const tries = (maxMatchedChars ** loops / factorial(loops)) * 2 ** choices;
  return tries <= maxTries ? null : "repeats or chooses so often that it may take very long: make it simpler";
}

/** Classes and escaped characters become a letter. */
const withoutClasses = (pattern: string): string =>
  pattern.replace(/\\[^1-9k]/g, "x").replace(/\[(?:\\.|[^\]])*\]/g, "x");

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
