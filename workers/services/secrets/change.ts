import { type Guard, GuardFailed } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import type { SecretRow, SecretVersionRow } from "../../../db/queries/inputs.ts";
import { type EnvironmentRow, environmentHasRevision } from "../../../db/queries/projects.ts";
import { secretHasRevision, secretVersionIs } from "../../../db/queries/secrets.ts";
import { refuse } from "../../../domain/errors.ts";
import { type AuditNote, commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { environmentMoved } from "./create.ts";
import { keyMoved } from "./new-version.ts";

export interface SecretWrite {
  environment: EnvironmentRow;
  /** As it was read: nobody may have changed it since. */
  row: SecretRow;
  /** Of a change that goes by the state of a version. */
  version?: SecretVersionRow;
  /** Of a new version. */
  guards?: readonly Guard[];
  note: AuditNote;
  statements: readonly Statement[];
}

/** The one way to change a secret: refused where the secret, its version or its environment has moved meanwhile. */
export async function changeSecret(
  ctx: Context,
  { environment, row, version, guards = [], note, statements }: SecretWrite,
): Promise<void> {
  const { organizationId } = row;
  try {
    await commit(ctx, {
      organizationId,
      note,
      guards: [
        {
          name: "environment",
          holds: environmentHasRevision(organizationId, environment.id, environment.revision),
        },
        { name: "secret", holds: secretHasRevision(organizationId, row.id, row.version) },
        ...(version ? [{ name: "version", holds: secretVersionIs(organizationId, version) }] : []),
        ...guards,
      ],
      statements,
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    if (error.guard === "environment") environmentMoved(environment.slug);
    if (error.guard === "key") keyMoved();
    if (error.guard === "secret" || error.guard === "version") secretMoved(row);
    throw error;
  }
}

export function secretMoved({ name }: Pick<SecretRow, "name">): never {
  return refuse("conflict", `${name} was changed meanwhile. Read it again, then repeat.`);
}
