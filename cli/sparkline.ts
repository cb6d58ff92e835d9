const bars = "▁▂▃▄▅▆▇█";

/** One character for each of at most `width` points, the newest kept; a gap where nothing is known. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = squeezed(values, width);
  const known = shown.filter((value) => value !== null);
  const least = Math.min(...known);
  const span = Math.max(...known) - least;
  return shown
    .map((value) => {
      if (value === null) return " ";
      const level = span === 0 ? 0 : Math.round(((value - least) / span) * (bars.length - 1));
      return bars[level];
    })
    .join("");
}

/** Neighbours share a character: its highest value counts, since a peak is what one looks for. */
function squeezed(values: readonly (number | null)[], width: number): (number | null)[] {
  const each = Math.max(1, Math.ceil(values.length / width));
  const from = values.length % each === 0 ? 0 : (values.length % each) - each;
  const shown: (number | null)[] = [];
  for (let at = from; at < values.length; at += each) {
    const known = values.slice(Math.max(0, at), at + each).filter((value) => value !== null);
    shown.push(known.length === 0 ? null : Math.max(...known));
  }
  return shown;
}
