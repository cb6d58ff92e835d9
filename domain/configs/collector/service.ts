import type { Findings } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import type { MapReader } from "../yaml/nodes.ts";
import { SettingsCheck } from "./check-settings.ts";
import { lookUp } from "./pipelines.ts";
import type { Sections } from "./sections.ts";
import { telemetrySchema } from "./telemetry.ts";
import { isNull, isOpen, shorten } from "./values.ts";

const serviceKeys = ["extensions", "pipelines", "telemetry"];

export function checkService({ service }: Sections, reader: MapReader, findings: Findings): void {
  if (service?.kind !== "map") return;
  for (const { key } of service.entries) {
    if (key.text === "<<" || serviceKeys.includes(key.text) || isOpen(key)) continue;
    findings.add({
      code: "unknown_key",
      message: `"service" has no "${shorten(key.text)}".`,
      at: key.at,
      path: `service.${key.text}`,
      hint: () => {
        const meant = nearest(key.text, serviceKeys);
        return meant ? `Did you mean \`${meant}\`?` : `Use ${listNames(serviceKeys)}.`;
      },
    });
  }
  const telemetry = reader.get(service, "telemetry");
  if (telemetry) new SettingsCheck(reader, findings).check(telemetry, telemetrySchema, "service.telemetry");
}

/** Ids of `service.extensions`. null = they are filled in later. */
export function readExtensions(
  sections: Sections,
  reader: MapReader,
  findings: Findings,
): ReadonlySet<string> | null {
  const { service } = sections;
  const list = reader.get(service, "extensions");
  if (service && isOpen(service)) return null;
  const started = new Set<string>();
  if (!list || isNull(list)) return started;
  if (isOpen(list)) return null;
  if (list.kind !== "list") {
    findings.add({
      code: "wrong_type",
      message: '"service.extensions" must be a list of ids.',
      at: list.at,
      path: "service.extensions",
      hint: "Write [health_check].",
    });
    return started;
  }
  for (const [i, item] of list.items.entries()) {
    if (isOpen(item)) return null;
    if (item.kind !== "scalar") continue;
    lookUp(item.text, item.at, ["extension"], `service.extensions[${i}]`, sections, findings);
    started.add(item.text);
  }
  return started;
}
