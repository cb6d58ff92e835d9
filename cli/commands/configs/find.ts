import { isId } from "../../../domain/ids.ts";
import { versionLabel } from "../../../protocol/api/config-versions.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";
import { text } from "../../spec.ts";

/** By id, or by name in the project (the chosen one when left out). */
export async function findConfig(cli: Cli, wanted: string, projectId?: string): Promise<Config> {
  const client = await cli.client();
  if (isId("config", wanted)) return client.call("GET /v1/configs/{config}", { path: { config: wanted } });
  const project = projectId ?? (await cli.scope.project()).id;
  const { items } = await collect(client, "GET /v1/projects/{project}/configs", {
    path: { project },
    query: { limit: 10_000 },
  });
  return pick("config", wanted, items, "muster configs create <name> --kind <kind> --file <file>");
}

/** `name`, `name@3`, `name@prod` (a label) or `name@latest`; `null` means the latest. */
export function splitVersion(reference: string): { name: string; version: number | string | null } {
  const at = reference.lastIndexOf("@");
  if (at < 0) return { name: reference, version: null };
  const name = reference.slice(0, at);
  const version = readReference(reference.slice(at + 1));
  if (name === "" || version === undefined) {
    throw new Failure(
      "usage",
      `"${reference}" is not a config version. Write name, name@3, name@latest or name@label.`,
    );
  }
  return { name, version };
}

/** A number, a label, or null for `latest`; undefined = neither. */
function readReference(written: string): number | string | null | undefined {
  if (written === "latest") return null;
  if (/^[1-9]\d*$/.test(written)) return Number(written);
  return versionLabel.safeParse(written).success ? written : undefined;
}

/** An argument that names a version. */
export const versionArgument = text.refine((written) => readReference(written) !== undefined, {
  error: "must be a version's number, a label of one, or latest",
});

/** A version by its number or label; null = the latest. */
export async function readVersion(cli: Cli, found: Config, reference: number | string | null) {
  const wanted = reference ?? found.latestVersion;
  if (wanted === 0) {
    throw new Failure(
      "notFound",
      `Config ${found.name} has no version yet. Add one: muster configs push ${found.name} <file>`,
    );
  }
  const client = await cli.client();
  return client.call("GET /v1/configs/{config}/versions/{number}", {
    path: { config: found.id, number: wanted },
  });
}

export async function pushVersion(
  cli: Cli,
  found: Config,
  body: { content: string; message: string | undefined; baseVersion: number | undefined },
) {
  const client = await cli.client();
  return client.call("POST /v1/configs/{config}/versions", { path: { config: found.id }, body });
}

export const showLabels = (labels: Config["labels"]): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
