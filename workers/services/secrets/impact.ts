import type { SecretRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { secretsNamed } from "../../../db/queries/secrets.ts";
import type { FrozenSecret, InputChange } from "../../../domain/configs/inputs/values.ts";
import type { Id } from "../../../domain/ids.ts";
import type { InputImpact } from "../../../protocol/api/variables.ts";
import type { SealedSecrets } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { inputImpact } from "../inputs/impact.ts";
import { sealedSecrets } from "../releases/inputs.ts";
import type { NewVersion } from "./new-version.ts";
import { type SecretInput, secretScope } from "./scope.ts";
import { placeOfSecret } from "./view.ts";

type Row = SecretRow & { versionId: Id<"secretVersion"> | null };

/** A row as it would be, and the version that it would be given, which nothing keeps. */
interface Draft {
  row: SecretRow;
  version: NewVersion;
}

/** `draft`: in place of the row that is there. */
export async function secretImpact(
  ctx: Context,
  environment: EnvironmentRow,
  name: string,
  draft?: Draft,
): Promise<InputImpact> {
  const changed = draft && { ...draft.row, versionId: draft.version.row.id };
  const rows: Row[] = await secretsNamed(ctx.db, environment.organizationId, environment.id, name);
  const others = rows.filter((one) => one.fleetId !== changed?.fleetId || one.selector !== changed.selector);
  const { organizationId } = environment;
  const inputs = { variables: [], secrets: others.flatMap((row) => frozen(row) ?? []) };
  const sealed = await sealedSecrets(ctx, { organizationId, inputs });
  if (draft) {
    const { row, key } = draft.version;
    sealed.values.push({
      versionId: row.id,
      keyId: key.id,
      sealed: row.sealed,
      name,
      version: row.number,
    });
    const { id, wrapped, masterKeyId } = key;
    sealed.keys.push({ id, wrapped, masterKeyId });
  }
  return inputImpact(
    ctx,
    environment,
    name,
    (fleet) => ({
      namespace: "secret",
      name,
      rows: [...others, ...(changed ? [changed] : [])]
        .filter(({ fleetId }) => fleetId === "" || fleetId === fleet.id)
        .flatMap((row) => frozen(row) ?? []),
    }),
    ({ rows }) => ofRows(sealed, rows),
  );
}

/** What these rows stand for, and no other fleet's. */
function ofRows({ values, keys }: SealedSecrets, rows: InputChange["rows"]): SealedSecrets {
  const ids = new Set(rows.map((row) => ("versionId" in row ? row.versionId : "")));
  return { values: values.filter(({ versionId }) => ids.has(versionId)), keys };
}

/** null = it has no version that counts. */
function frozen({ id, name, versionId, currentVersion, fleetId, selector }: Row): FrozenSecret | null {
  if (versionId === null) return null;
  return { id, name, versionId, version: currentVersion, ...placeOfSecret({ fleetId, selector }) };
}

/** Of the secret as it is now. */
export async function impact({ ctx, input }: { ctx: Context; input: SecretInput }): Promise<InputImpact> {
  const { row, environment } = await secretScope(ctx, input, "secret.read");
  return secretImpact(ctx, environment, row.name);
}
