import { updateSecret } from "../../../db/queries/secrets.ts";
import type { SecretChange } from "../../../protocol/api/secrets.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import { changeSecret, secretMoved } from "./change.ts";
import { placeIn } from "./receipt.ts";
import { type SecretInput, secretScope } from "./scope.ts";
import { secretEtag, secretView } from "./view.ts";

export interface UpdateSecret extends SecretInput {
  description: string;
  ifMatch?: string | undefined;
}

/** Its words alone: a value is changed by a new version, and its name and place stay. */
export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateSecret;
}): Promise<{ change: SecretChange; etag: string }> {
  const { row, pending, environment } = await secretScope(ctx, input, "secret.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, secretEtag(row))) secretMoved(row);
  const changes = differences("secret", row, { ...row, description: input.description }, ["description"]);
  const next =
    changes.length === 0
      ? row
      : {
          ...row,
          description: input.description,
          version: row.version + 1,
          updatedAt: ctx.clock.now(),
        };
  if (changes.length > 0) {
    const { description, version, updatedAt } = next;
    await changeSecret(ctx, {
      environment,
      row,
      note: {
        action: "secret.update",
        target: row.id,
        summary: `described secret ${row.name} of environment ${environment.slug} anew`,
        changes,
      },
      statements: [updateSecret(ctx.db, row.organizationId, row.id, { description, version, updatedAt })],
    });
  }
  const receipt = makeReceipt(ctx, {
    kind: "secret.update",
    ids: { secret: row.id, environment: environment.id, organization: row.organizationId },
    summary:
      changes.length === 0
        ? `${row.name} was so already; nothing has changed.`
        : `${row.name} is described anew. Its value is as it was.`,
    changes,
    undo:
      changes.length === 0
        ? null
        : {
            command: `muster secrets describe ${row.name} ${shellWord(row.description)} ${placeIn(environment, row)}`,
            href: `/v1/secrets/${row.id}`,
          },
  });
  return { change: { ...secretView({ row: next, pending }), receipt }, etag: secretEtag(next) };
}
