import { me } from "../../../protocol/api/auth.ts";
import { showList } from "../../listing.ts";
import { command } from "../../spec.ts";

export const listOrganizations = command({
  name: "list",
  summary: "List the organizations that you belong to",
  examples: ["muster orgs list"],
  async run(cli) {
    const { organizations } = await (await cli.client()).get("/v1/me", me);
    showList(
      cli,
      { items: organizations, nextCursor: null },
      [
        { title: "SLUG", value: (row) => row.slug },
        { title: "NAME", value: (row) => row.name, drop: 2 },
        { title: "ROLE", value: (row) => row.role },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "You belong to no organization. Sign up in the dashboard, or ask to be invited.",
    );
  },
});
