/** What Muster writes to people about organizations. */
import type { PublicContext } from "../context.ts";
import { type Letter, letter } from "./letter.ts";

export const invited = (
  ctx: PublicContext,
  to: { token: string; organizationName: string; roleName: string; by: string },
): Letter =>
  letter({
    template: "invitation",
    subject: `Invitation to ${to.organizationName}`,
    lead: [
      `${to.by} invites you to the organization “${to.organizationName}” at Muster, with the role “${to.roleName}”.`,
      "The link counts once, and for 7 days.",
    ],
    // In the fragment: it is sent to no server, so it stands in no log.
    button: { label: "See the invitation", url: `${ctx.publicUrl}/invitation#token=${to.token}` },
    rest: ["If you do not know them, ignore this mail: nothing happens without you."],
  });
