const parts = (version: string) => {
  const [core = "", ...pre] = version.split("-");
  return { numbers: core.split(".").map(Number), pre: pre.join("-") };
};

const isNumber = (text: string) => /^\d+$/.test(text);

/** One part of what follows the dash: numbers by their size, before words by their letters. */
function comparePart(a: string, b: string): number {
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** Below 0 when `a` comes before `b`, as semantic versions do: 1.2.0-rc.1, 1.2.0, 1.10.0. Both must be versions. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [parts(a), parts(b)];
  for (const [at, number] of one.numbers.entries()) {
    const difference = number - (other.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (one.pre === "" || other.pre === "") return Number(one.pre === "") - Number(other.pre === "");
  const [mine, others] = [one.pre.split("."), other.pre.split(".")];
  for (const [at, part] of mine.entries()) {
    const rival = others[at];
    if (rival === undefined) return 1;
    const difference = comparePart(part, rival);
    if (difference !== 0) return difference;
  }
  return mine.length - others.length;
}
