/** Where a chart's points lie: from 0 to `width` and, upside down, from 0 to `height`. */
export interface ChartBox {
  width: number;
  height: number;
}

type Values = readonly (number | null)[];

/** The least round number that is not below the value: 1, 2, 2.5 or 5 times a power of ten. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}

const x = (point: number, points: number, { width }: ChartBox) =>
  points < 2 ? width / 2 : (point / (points - 1)) * width;
const y = (value: number, most: number, { height }: ChartBox) =>
  height - (Math.max(0, Math.min(value, most)) / most) * height;
const place = (at: number) => Number(at.toFixed(1));

/** Stretches of points of which something is known. */
function stretches(values: Values): [from: number, to: number][] {
  const found: [number, number][] = [];
  let from: number | null = null;
  for (let point = 0; point <= values.length; point++) {
    const known = point < values.length && values[point] !== null;
    if (known && from === null) from = point;
    if (!known && from !== null) {
      found.push([from, point - 1]);
      from = null;
    }
  }
  return found;
}

/** A line with a gap where nothing is known; a lone point is a short dash. */
export function linePath(values: Values, most: number, box: ChartBox): string {
  return stretches(values)
    .map(([from, to]) => {
      const points = Array.from({ length: to - from + 1 }, (_, i) => {
        const point = from + i;
        return `${place(x(point, values.length, box))} ${place(y(values[point] ?? 0, most, box))}`;
      });
      return `M${points.join("L")}${points.length === 1 ? "h1" : ""}`;
    })
    .join("");
}

/** What lies between two lines. */
export function bandPath(low: Values, high: Values, most: number, box: ChartBox): string {
  return stretches(high)
    .map(([from, to]) => {
      const at = (values: Values, point: number) =>
        `${place(x(point, high.length, box))} ${place(y(values[point] ?? 0, most, box))}`;
      const there = Array.from({ length: to - from + 1 }, (_, i) => at(high, from + i));
      const back = Array.from({ length: to - from + 1 }, (_, i) => at(low, to - i));
      return `M${[...there, ...back].join("L")}Z`;
    })
    .join("");
}
