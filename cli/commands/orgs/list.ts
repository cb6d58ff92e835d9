import { z } from "zod";
import { organization } from "../../../protocol/api/auth.ts";
import { showList } from "../../listing.ts";
import { command } from "../../spec.ts";

export const listOrganizations = command({
  name: "list",
  summary: "List the organizations that you belong to",
  examples: ["muster orgs list"],
  answer: z.object({ items: z.array(organization), nextCursor: z.null() }),
  async run(cli) {
    const { organizations } = await (await cli.client()).call("GET /v1/me");
    showList(
      cli,
      { items: organizations, nextCursor: null },
      [
        { title: "SLUG", value: (row) => row.slug },
        { title: "NAME", value: (row) => row.name, drop: 2 },
        { title: "ROLE", value: (row) => row.roleName },
        { title: "PLAN", value: (row) => row.plan, drop: 3 },
        {
          title: "NOTE",
          value: (row) =>
            row.deletedAt !== null
              ? "deleted"
              : row.blocked === "sso_required"
                ? "needs single sign-on"
                : row.blocked === "two_factor_required"
                  ? "needs a second factor"
                  : "",
          drop: 2,
        },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "You belong to no organization. Make one: muster orgs create <name>, or ask to be invited.",
    );
  },
});
