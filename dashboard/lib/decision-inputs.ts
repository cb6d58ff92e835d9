type Inputs = Readonly<Record<string, number | string>>;

export interface ComparedInput {
  name: string;
  wave: number | string | null;
  baseline: number | string;
}

/** `baselineMean` of the agents that it was compared with stands for `mean` of the wave. */
const ofBaseline = /^baseline([A-Z].*)$/;

/** Splits what a gate judged by: figures of the wave beside those of the agents it was compared with, and the rest. */
export function splitInputs(inputs: Inputs): {
  compared: ComparedInput[];
  others: [string, number | string][];
} {
  const compared = Object.entries(inputs).flatMap(([key, baseline]) => {
    const rest = ofBaseline.exec(key)?.[1];
    if (!rest) return [];
    const name = rest.charAt(0).toLowerCase() + rest.slice(1);
    return [{ name, wave: inputs[name] ?? null, baseline }];
  });
  const told = new Set(compared.map((each) => each.name));
  const others = Object.entries(inputs).filter(([key]) => !told.has(key) && !ofBaseline.test(key));
  return { compared, others };
}

const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });

/** Counts as they are, measured values to five figures. */
export function inputText(value: number | string | null): string {
  if (value === null) return "–";
  return typeof value === "number" ? figures.format(value) : value;
}

/** `minReported` → `min reported`, `timed_out` → `timed out`. */
export function inputName(key: string): string {
  return key
    .replaceAll("_", " ")
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}
