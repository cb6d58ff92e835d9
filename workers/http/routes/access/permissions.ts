import { permissionCatalogue } from "../../../../protocol/api/access.ts";
import { catalogue } from "../../../services/access/catalogue.ts";
import { route } from "../../route.ts";

export const listPermissionsRoute = route({
  method: "get",
  path: "/v1/permissions",
  operationId: "listPermissions",
  tag: "Access",
  summary: "Every permission, every built-in role, and which holds which",
  access: "person",
  answer: permissionCatalogue,
  handle: async () => catalogue(),
});
