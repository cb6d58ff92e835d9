import { factors } from "../../../../protocol/api/factors.ts";
import { get } from "../../../services/factors/get.ts";
import { route } from "../../route.ts";

export const getFactorsRoute = route({
  method: "get",
  path: "/v1/me/factors",
  operationId: "getFactors",
  tag: "Account",
  summary: "Your authenticator app, recovery codes and passkeys",
  access: "person",
  peopleOnly: true,
  answer: factors,
  refusals: ["forbidden"],
  handle: ({ ctx }) => get({ ctx }),
});
