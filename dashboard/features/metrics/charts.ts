import { baseName } from "../../../domain/metrics/series.ts";

/** Charts in the order in which they are shown; each has the series that belong together, by what they are called there. */
const known: readonly { title: string; series: Record<string, string> }[] = [
  { title: "Processor of the host", series: { "host.cpu.utilization": "busy" } },
  { title: "Memory of the host", series: { "host.memory.utilization": "used" } },
  { title: "Memory of the host, in bytes", series: { "host.memory.used": "used" } },
  { title: "Fullest filesystem", series: { "host.filesystem.utilization": "used" } },
  { title: "Load, 1 minute", series: { "host.cpu.load_1m": "load" } },
  { title: "Disks", series: { "host.disk.read": "read", "host.disk.write": "written" } },
  { title: "Network", series: { "host.network.receive": "received", "host.network.transmit": "sent" } },
  { title: "Processor of the program", series: { "process.cpu.utilization": "used" } },
  { title: "Memory of the program", series: { "process.memory.rss": "resident" } },
  { title: "Threads of the program", series: { "process.thread.count": "threads" } },
  { title: "Open files of the program", series: { "process.file_descriptor.count": "files" } },
  { title: "Processor of the agent", series: { "agent.cpu.utilization": "used" } },
  { title: "Memory of the agent", series: { "agent.memory.rss": "resident" } },
];
const containerTitles: Record<string, string> = {
  "container.cpu.utilization": "Processor of containers",
  "container.memory.usage": "Memory of containers",
};

export interface Chart<T> {
  title: string;
  lines: { label: string; series: T }[];
}

/** What there is, as charts: the known ones first, then the containers', then one for each series of the program. */
export function chartsOf<T extends { name: string }>(series: readonly T[]): Chart<T>[] {
  const byName = new Map(series.map((one) => [one.name, one]));
  const charts: Chart<T>[] = known.flatMap(({ title, series: labels }) => {
    const lines = Object.entries(labels).flatMap(([name, label]) => {
      const one = byName.get(name);
      byName.delete(name);
      return one ? [{ label, series: one }] : [];
    });
    return lines.length > 0 ? [{ title, lines }] : [];
  });
  for (const [name, title] of Object.entries(containerTitles)) {
    const own = [...byName.values()].filter((one) => baseName(one.name) === name);
    for (const one of own) byName.delete(one.name);
    const lines = own.map((one) => ({ label: /name="(.*)"/.exec(one.name)?.[1] ?? one.name, series: one }));
    if (lines.length > 0) charts.push({ title, lines });
  }
  for (const one of byName.values())
    charts.push({ title: one.name, lines: [{ label: "value", series: one }] });
  return charts;
}
