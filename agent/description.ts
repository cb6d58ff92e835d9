import { arch, hostname, release, type } from "node:os";
import { labelAttributePrefix } from "../protocol/custom/agent.ts";
import type { Attributes } from "../protocol/opamp/attributes.ts";
import { hostFingerprint } from "./host-identity.ts";
import { agentVersion } from "./version.ts";

export { agentVersion };

export const agentName = "muster-agent";

/**
 * What the agent says about itself and its host; keys by OpenTelemetry's conventions. `programVersion`: of what
 * `service.name` names, where that is another than the agent; null = not known, and not told.
 */
export function describe(
  settings: { name: string; type: string; labels: Record<string, string>; host?: string },
  facts: Attributes = {},
  programVersion: string | null = null,
): {
  identifying: Attributes;
  nonIdentifying: Attributes;
} {
  const version = settings.type === agentName ? agentVersion : programVersion;
  const labels = Object.entries(settings.labels).map(([key, value]) => [labelAttributePrefix + key, value]);
  return {
    identifying: {
      "service.name": settings.type,
      "service.instance.id": settings.name,
      ...(version !== null && { "service.version": version }),
    },
    nonIdentifying: {
      "host.name": hostname(),
      "host.id": settings.host ?? hostFingerprint(),
      "host.arch": hostArchitectures[arch()] ?? arch(),
      "os.type": osTypes[process.platform] ?? process.platform,
      "os.description": `${type()} ${release()}`,
      "muster.agent.version": agentVersion,
      "process.runtime.name": process.versions.bun ? "bun" : "nodejs",
      "process.runtime.version": process.versions.bun ?? process.versions.node,
      ...facts,
      ...Object.fromEntries(labels),
    },
  };
}

const hostArchitectures: Record<string, string> = { x64: "amd64", arm64: "arm64", arm: "arm32", ia32: "x86" };
const osTypes: Record<string, string> = { win32: "windows", sunos: "solaris" };
