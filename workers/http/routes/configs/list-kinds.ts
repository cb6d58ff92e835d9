import { configKindInfo } from "../../../../protocol/api/configs.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { listKinds } from "../../../services/configs/check.ts";
import { route } from "../../route.ts";

export const listConfigKindsRoute = route({
  method: "get",
  path: "/v1/config-kinds",
  operationId: "listConfigKinds",
  tag: "Configs",
  summary: "The kinds of config that Muster knows, with a template of each",
  access: "person",
  answer: page(configKindInfo),
  handle: () => listKinds(),
});
