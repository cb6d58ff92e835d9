import { findUser } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Me } from "../../../protocol/api/auth.ts";
import type { Context } from "../context.ts";
import { organizationView, userView } from "./views.ts";

export async function whoAmI({ ctx }: { ctx: Context }): Promise<Me> {
  const organizations = ctx.actor.organizations.map(organizationView);
  if (ctx.actor.kind === "api_key") {
    const { id, name } = ctx.actor;
    return {
      actor: { kind: "api_key", apiKey: { id, name, role: ctx.actor.organizations[0].role } },
      organizations,
    };
  }
  if (ctx.actor.kind === "fleet") return refuse("forbidden", "A fleet is nobody's account.");
  const user = await findUser(ctx.db, ctx.actor.id);
  if (!user) return refuse("unauthenticated", "This account no longer exists. Sign in with another one.");
  return { actor: { kind: "user", user: userView(user) }, organizations };
}
