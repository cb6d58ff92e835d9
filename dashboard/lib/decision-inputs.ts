type Inputs = Readonly<Record<string, number | string>>;

export interface ComparedInput {
  name: string;
  wave: number | string | null;
  baseline: number | string | null;
}

const sides = ["wave", "baseline"] as const;

/** Splits what a gate judged by: numbers of the wave beside those of the agents it was compared with, and the rest. */
export function splitInputs(inputs: Inputs): {
  compared: ComparedInput[];
  others: [string, number | string][];
} {
  if (!Object.keys(inputs).some((key) => sideOf(key)?.side === "baseline")) {
    return { compared: [], others: Object.entries(inputs) };
  }
  const compared = new Map<string, ComparedInput>();
  const others: [string, number | string][] = [];
  for (const [key, value] of Object.entries(inputs)) {
    const place = sideOf(key);
    if (!place) {
      others.push([key, value]);
      continue;
    }
    const row = compared.get(place.name) ?? { name: place.name, wave: null, baseline: null };
    compared.set(place.name, { ...row, [place.side]: value });
  }
  return { compared: [...compared.values()], others };
}

/** `baselineMean` is `mean` of the baseline. */
function sideOf(key: string): { side: (typeof sides)[number]; name: string } | null {
  for (const side of sides) {
    const rest = key.startsWith(side) ? key.slice(side.length) : "";
    if (/^[A-Z]/.test(rest)) return { side, name: rest.charAt(0).toLowerCase() + rest.slice(1) };
  }
  return null;
}

const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });

/** Counts as they are, measured values to five figures. */
export function inputText(value: number | string | null): string {
  if (value === null) return "–";
  return typeof value === "number" ? figures.format(value) : value;
}

/** `minReported` → `min reported`. */
export function inputName(key: string): string {
  return key.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}
