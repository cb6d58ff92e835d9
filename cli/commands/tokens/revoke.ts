import { isId } from "../../../domain/ids.ts";
import { enrollmentToken } from "../../../protocol/api/fleets.ts";
import { collect } from "../../listing.ts";
import { clean } from "../../output.ts";
import { pick } from "../../scope.ts";
import { argument, command, text } from "../../spec.ts";

export const revokeToken = command({
  name: "revoke",
  summary: "End an enrolment token",
  about: "Agents that have enrolled with it keep their own credentials.",
  args: { token: argument("Id or name", text, "token") },
  examples: ["muster tokens revoke tok_01JD0000000000000000000000"],
  answer: enrollmentToken,
  async run(cli, { args }) {
    const client = await cli.client();
    let id = args.token;
    if (!isId("enrollmentToken", id)) {
      const fleet = await cli.scope.fleet();
      const list = await collect(client, "GET /v1/fleets/{fleet}/enrollment-tokens", {
        path: { fleet: fleet.id },
        query: {
          limit: 1000,
        },
      });
      id = pick("enrolment token", args.token, list.items, "muster tokens create").id;
    }
    const revoked = await client.call("POST /v1/enrollment-tokens/{token}/revoke", { path: { token: id } });
    cli.output.result(revoked, () => `Revoked enrolment token ${clean(revoked.name)} (${revoked.id}).`);
  },
});
