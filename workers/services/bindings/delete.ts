import { deleteBinding, findBinding } from "../../../db/queries/roles.ts";
import type { Id } from "../../../domain/ids.ts";
import { placeOfScope, type Scope } from "../../../domain/tenancy/access.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import { refuseExcess, refuseLifting } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { missing, organizationIds, organizationScope } from "../scope.ts";
import { shellWord } from "../shell.ts";
import { bindingView, scopeText } from "./view.ts";

export async function remove({
  ctx,
  input,
}: {
  ctx: Context;
  input: { binding: Id<"binding"> };
}): Promise<ReceiptAnswer> {
  const found = await findBinding(ctx.db, organizationIds(ctx), input.binding);
  if (!found) return missing("binding", input.binding);
  const { binding, custom } = found;
  const organization = organizationScope(
    ctx,
    binding.organizationId,
    "role.write",
    placeOfScope(binding.scope),
  );
  const statements = statementsOf(binding.role, custom ?? undefined, binding.scope, "the binding");
  refuseExcess(organization, statements, "a binding that you delete", "binding");
  refuseLifting(organization, statements, "binding");
  const { subjectName, roleName } = bindingView(found);
  const said = `role ${roleName} ${scopeText(binding.scope)}`;
  const changes = [
    {
      path: "binding",
      before: { subject: binding.subject, role: roleName, scope: binding.scope },
      after: null,
    },
  ];
  await commit(ctx, {
    organizationId: binding.organizationId,
    note: {
      action: "binding.delete",
      target: binding.subject,
      summary: `took the ${said} from ${subjectName}`,
      changes,
    },
    statements: [deleteBinding(ctx.db, binding.organizationId, binding.id)],
  });
  const scope = scopeOption(binding.scope);
  return {
    receipt: makeReceipt(ctx, {
      kind: "binding.delete",
      ids: { binding: binding.id, subject: binding.subject, organization: binding.organizationId },
      summary: `${subjectName} no longer has the ${said}.`,
      warnings: binding.fromSso
        ? ["The identity provider's groups gave it; the next sign-in may give it again."]
        : [],
      changes,
      undo: {
        command: `muster bindings create --subject ${binding.subject} --role ${binding.role}${scope}`,
        href: `/v1/orgs/${binding.organizationId}/bindings`,
      },
    }),
  };
}

function scopeOption(scope: Scope): string {
  switch (scope.kind) {
    case "organization":
      return "";
    case "project":
      return ` --scope project:${scope.projectId}`;
    case "environment":
      return ` --scope environment:${scope.projectId}/${scope.environmentId}`;
    case "agents":
      return ` --scope ${shellWord(`agents:${scope.selector}`)}`;
  }
}
