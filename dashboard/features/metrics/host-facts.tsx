import { formatValue } from "../../../domain/metrics/format.ts";
import { Facts } from "../../ui/page.tsx";
import { Time } from "../../ui/time.tsx";

/** What the agent says of its host, as far as it does. */
export function HostFacts({ attributes }: { attributes: Record<string, unknown> }) {
  const text = (key: string) => (typeof attributes[key] === "string" ? attributes[key] : "");
  const number = (key: string) => (typeof attributes[key] === "number" ? attributes[key] : null);
  const cpus = number("host.cpu.count");
  const memory = number("host.memory.total");
  const booted = text("host.boot_time");
  const disks = list(attributes["host.filesystems"]).map(
    ({ path, type, bytes }) => `${path} (${type}, ${formatValue("bytes", Number(bytes))})`,
  );
  const containers = list(attributes["host.containers"]).map(({ name, state }) => `${name}: ${state}`);
  const system = [text("os.name"), text("os.version")].filter(Boolean).join(" ");
  const items: [string, React.ReactNode][] = [
    ["System", [system, text("os.kernel.release")].filter(Boolean).join(", kernel ")],
    ["Processors", [cpus, text("host.cpu.model.name")].filter(Boolean).join(" × ")],
    ["Memory", memory === null ? "" : formatValue("bytes", memory)],
    ["Up since", booted === "" ? "" : <Time key="booted" at={booted} />],
    ["Filesystems", disks.join(", ")],
    ["Containers", containers.join(", ")],
  ];
  const known = items.filter(([, value]) => value !== "");
  return known.length === 0 ? null : <Facts items={known} />;
}

const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
