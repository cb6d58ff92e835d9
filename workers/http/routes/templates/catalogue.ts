import { page } from "../../../../protocol/api/shared.ts";
import { catalogueTemplate } from "../../../../protocol/api/templates.ts";
import { listCatalogue } from "../../../services/templates/get.ts";
import { route } from "../../route.ts";

export const listTemplateCatalogueRoute = route({
  method: "get",
  path: "/v1/template-catalogue",
  operationId: "listTemplateCatalogue",
  tag: "Templates",
  summary: "Templates that come with the product, each with its latest version",
  access: "person",
  answer: page(catalogueTemplate),
  handle: () => listCatalogue(),
});
