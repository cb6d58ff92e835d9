import type { SecretRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { secretsNamed } from "../../../db/queries/secrets.ts";
import type { FrozenSecret } from "../../../domain/configs/inputs/values.ts";
import type { Id } from "../../../domain/ids.ts";
import type { InputImpact } from "../../../protocol/api/variables.ts";
import type { Context } from "../context.ts";
import { inputImpact } from "../inputs/impact.ts";
import { type SecretInput, secretScope } from "./scope.ts";
import { placeOfSecret } from "./view.ts";

type Row = SecretRow & { versionId: Id<"secretVersion"> | null };

/** `changed`: a row as it would be, in place of the one that is there. */
export async function secretImpact(
  ctx: Context,
  environment: EnvironmentRow,
  name: string,
  changed?: Row,
): Promise<InputImpact> {
  const rows: Row[] = await secretsNamed(ctx.db, environment.organizationId, environment.id, name);
  const others = rows.filter((one) => one.fleetId !== changed?.fleetId || one.selector !== changed.selector);
  return inputImpact(ctx, environment, name, (fleet) => ({
    namespace: "secret",
    name,
    rows: [...others, ...(changed ? [changed] : [])]
      .filter(({ fleetId }) => fleetId === "" || fleetId === fleet.id)
      .flatMap((row) => frozen(row) ?? []),
  }));
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
