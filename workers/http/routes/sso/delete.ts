import { deletedSso } from "../../../../protocol/api/sso.ts";
import { remove } from "../../../services/sso/delete.ts";
import { route } from "../../route.ts";
import { connectionParams } from "./params.ts";

export const deleteSsoConnectionRoute = route({
  method: "delete",
  path: "/v1/orgs/{org}/sso-connections/{connection}",
  operationId: "deleteSsoConnection",
  tag: "Single sign-on",
  summary: "Delete a connection with its domains, and end the sessions by it",
  access: "sso.write",
  peopleOnly: true,
  params: connectionParams,
  answer: deletedSso,
  refusals: ["conflict", "reauthentication_required"],
  handle: ({ ctx, params }) => remove({ ctx, input: params }),
});
