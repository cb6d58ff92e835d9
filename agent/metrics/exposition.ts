/** One line of a Prometheus text. */
export interface Sample {
  labels: ReadonlyMap<string, string>;
  /** Tells series of one name apart, whatever the order of their labels. */
  series: string;
  value: number;
}

/** The wanted families of a text. */
export interface Family {
  samples: Sample[];
}

const labelAt = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?\s*/y;
const nameAt = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*/;
const typeLine = /^#\s*TYPE\s+(\S+)/;
const specials: Record<string, number> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "+inf": Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

/**
 * The samples of these names in a Prometheus or OpenMetrics text. A family that the text only declares has no samples; one
 * that it does not know is absent. Lines that cannot be read are passed over.
 */
export function readFamilies(text: string, names: ReadonlySet<string>): Map<string, Family> {
  const families = new Map<string, Family>();
  const family = (name: string): Family => {
    const known = families.get(name) ?? { samples: [] };
    families.set(name, known);
    return known;
  };
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) {
      const declared = typeLine.exec(line)?.[1] ?? "";
      for (const name of [declared, `${declared}_total`]) if (names.has(name)) family(name);
      continue;
    }
    const [all, name = ""] = nameAt.exec(line) ?? [];
    if (all === undefined || !names.has(name)) continue;
    const sample = readSample(line.slice(all.length));
    if (sample) family(name).samples.push(sample);
  }
  return families;
}

/** What follows the name: labels, the value, and a time or an exemplar, which do not count. */
function readSample(rest: string): Sample | null {
  const labels = new Map<string, string>();
  let at = 0;
  if (rest.startsWith("{")) {
    at = 1;
    while (rest[at] !== "}") {
      labelAt.lastIndex = at;
      const [all, label = "", value = ""] = labelAt.exec(rest) ?? [];
      if (all === undefined) return null;
      labels.set(
        label,
        value.replace(/\\(.)/g, (whole, char) =>
          char === "n" ? "\n" : char === '"' || char === "\\" ? char : whole,
        ),
      );
      at += all.length;
    }
    at++;
  }
  const word = rest.slice(at).trim().split(/\s+/, 1)[0] ?? "";
  const value = specials[word.toLowerCase()] ?? (word === "" ? Number.NaN : Number(word));
  if (Number.isNaN(value)) return null;
  return { labels, series: JSON.stringify([...labels].sort()), value };
}
