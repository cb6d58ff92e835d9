/** "12s ago", "3m ago", "5h ago", "2d ago"; "in 3m" for what is to come. */
export function ago(timestamp: string | null, nowMs: number): string {
  if (timestamp === null) return "never";
  const seconds = Math.round((nowMs - Date.parse(timestamp)) / 1000);
  const text = duration(Math.abs(seconds));
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}

/** The two largest units at most: "45s", "3m 10s", "5h 2m", "2d 3h". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  const pairs: [number, string, number, string][] = [
    [86_400, "d", 3600, "h"],
    [3600, "h", 60, "m"],
    [60, "m", 1, "s"],
  ];
  for (const [size, unit, rest, restUnit] of pairs) {
    if (whole < size) continue;
    const more = Math.floor((whole % size) / rest);
    return `${Math.floor(whole / size)}${unit}${more > 0 ? ` ${more}${restUnit}` : ""}`;
  }
  return `${whole}s`;
}

export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** Each timestamp within the text, to the second. */
export function withoutFractions(text: string): string {
  return text.replace(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z/g, "$1Z");
}

/** The day and second in UTC, which every reader can compare. */
export function clockTime(timestamp: string): string {
  return timestamp.slice(0, 19).replace("T", " ");
}
