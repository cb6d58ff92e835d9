import { arch, hostname, release, type } from "node:os";
import pkg from "../package.json" with { type: "json" };
import { labelAttributePrefix } from "../protocol/custom/agent.ts";
import type { Attributes } from "../protocol/opamp/attributes.ts";

export const agentVersion: string = pkg.version;

/** What the agent says about itself and its host; keys by OpenTelemetry's conventions. */
export function describe(
  settings: { name: string; type: string; labels: Record<string, string> },
  facts: Attributes = {},
): {
  identifying: Attributes;
  nonIdentifying: Attributes;
} {
  const labels = Object.entries(settings.labels).map(([key, value]) => [labelAttributePrefix + key, value]);
  return {
    identifying: {
      "service.name": settings.type,
      "service.instance.id": settings.name,
      "service.version": agentVersion,
    },
    nonIdentifying: {
      "host.name": hostname(),
      "host.arch": hostArchitectures[arch()] ?? arch(),
      "os.type": osTypes[process.platform] ?? process.platform,
      "os.description": `${type()} ${release()}`,
      "process.runtime.name": "nodejs",
      "process.runtime.version": process.versions.node,
      ...facts,
      ...Object.fromEntries(labels),
    },
  };
}

const hostArchitectures: Record<string, string> = { x64: "amd64", arm64: "arm64", arm: "arm32", ia32: "x86" };
const osTypes: Record<string, string> = { win32: "windows", sunos: "solaris" };
