import type { SecretRow, SecretVersionRow } from "../../../db/queries/inputs.ts";
import type { ListedSecret } from "../../../db/queries/secrets.ts";
import { levelOf } from "../../../domain/configs/inputs/values.ts";
import { versionState } from "../../../domain/secrets/versions.ts";
import type { Secret, SecretVersion } from "../../../protocol/api/secrets.ts";
import { iso } from "../time.ts";

export const placeOfSecret = ({ fleetId, selector }: Pick<SecretRow, "fleetId" | "selector">) => ({
  fleet: fleetId === "" ? null : fleetId,
  selector,
});

/** Of what a secret holds nothing is ever shown. */
export function secretView({ row, pending }: ListedSecret): Secret {
  const place = placeOfSecret(row);
  return {
    id: row.id,
    organizationId: row.organizationId,
    projectId: row.projectId,
    environmentId: row.environmentId,
    name: row.name,
    ...place,
    level: levelOf(place),
    description: row.description,
    currentVersion: row.currentVersion === 0 ? null : row.currentVersion,
    latestVersion: row.latestVersion,
    pendingVersion: pending,
    revision: row.version,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  };
}

export const secretEtag = ({ version }: Pick<SecretRow, "version">): string => `"${version}"`;

export function secretVersionView(row: SecretVersionRow, current: number): SecretVersion {
  return {
    id: row.id,
    secretId: row.secretId,
    number: row.number,
    state: versionState({ number: row.number, state: row.state, destroyed: row.sealed === null }, current),
    author: row.author,
    createdAt: iso(row.createdAt),
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt === null ? null : iso(row.decidedAt),
    destroyedAt: row.destroyedAt === null ? null : iso(row.destroyedAt),
  };
}
