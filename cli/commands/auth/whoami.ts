import { z } from "zod";
import { me } from "../../../protocol/api/auth.ts";
import { command } from "../../spec.ts";
import { facts } from "../../table.ts";

export const whoami = command({
  name: "whoami",
  summary: "Show who you are and where",
  examples: ["muster whoami", "muster whoami --json"],
  answer: me.extend({ url: z.string() }),
  async run(cli) {
    const client = await cli.client();
    const found = await client.call("GET /v1/me");
    const { actor, organizations } = found;
    cli.output.result({ url: client.url, ...found }, (style) =>
      facts(
        [
          ["server", client.url],
          actor.kind === "user"
            ? ["user", actor.user.email]
            : ["API key", `${actor.apiKey.name} (${actor.apiKey.role})`],
          ["id", actor.kind === "user" ? actor.user.id : actor.apiKey.id],
          [
            "organizations",
            organizations.map(({ name, slug, role }) => `${name} (${slug}), ${role}`).join("\n"),
          ],
        ],
        style,
      ),
    );
  },
});
