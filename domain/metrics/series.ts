/**
 * What Muster's own agent measures of its host, of the program that it runs and of itself. A series' place in the list is
 * its code on the wire and its column where it is stored: append, never move. Rates are per second, shares lie between
 * 0 and 1, and the time of processors is in processors (1.5 = one and a half of them busy).
 */
export const builtinSeries = [
  { name: "host.cpu.utilization", unit: "share" },
  { name: "host.cpu.load_1m", unit: "number" },
  { name: "host.memory.utilization", unit: "share" },
  { name: "host.memory.used", unit: "bytes" },
  { name: "host.filesystem.utilization", unit: "share" },
  { name: "host.disk.read", unit: "bytes_per_second" },
  { name: "host.disk.write", unit: "bytes_per_second" },
  { name: "host.network.receive", unit: "bytes_per_second" },
  { name: "host.network.transmit", unit: "bytes_per_second" },
  { name: "process.cpu.utilization", unit: "processors" },
  { name: "process.memory.rss", unit: "bytes" },
  { name: "process.thread.count", unit: "number" },
  { name: "process.file_descriptor.count", unit: "number" },
  { name: "agent.cpu.utilization", unit: "processors" },
  { name: "agent.memory.rss", unit: "bytes" },
] as const satisfies { name: string; unit: SeriesUnit }[];

export type SeriesUnit = "share" | "number" | "bytes" | "bytes_per_second" | "processors";
export type BuiltinSeries = (typeof builtinSeries)[number]["name"];

/** One for each container that the agent runs: `container.cpu.utilization{name="web-1"}`. */
export const containerSeries = [
  { name: "container.cpu.utilization", unit: "processors" },
  { name: "container.memory.usage", unit: "bytes" },
] as const satisfies { name: string; unit: SeriesUnit }[];

/** Of one agent: those above, its containers' and those scraped of its program. More are left out. */
export const maxSeries = 64;
/** Names of series that a fleet may have scraped of its agents' programs. */
export const maxScraped = 20;
export const seriesNameChars = 200;
/** Between two points of the finest resolution. */
export const sampleSeconds = 10;
/** So far back an agent remembers what it measured. */
export const rememberedSeconds = 3600;

/** Prefixes that no Prometheus series has, since its name holds no dots. */
const ownPrefixes = ["host.", "process.", "agent.", "container."];

/** Measured by the agent itself, not scraped of its program. */
export const isOwnSeries = (text: string): boolean => ownPrefixes.some((prefix) => text.startsWith(prefix));

/** Without its matchers or labels. */
export const baseName = (series: string): string => {
  const brace = series.indexOf("{");
  return (brace === -1 ? series : series.slice(0, brace)).trim();
};

const units: ReadonlyMap<string, SeriesUnit> = new Map(
  [...builtinSeries, ...containerSeries].map(({ name, unit }) => [name, unit]),
);

export const unitOf = (series: string): SeriesUnit => units.get(baseName(series)) ?? "number";

/** Names that an agent measures by itself, without labels. */
export const ownNames: readonly string[] = [...units.keys()];
