import type { Route } from "../route.ts";
import { listCollectorComponentsRoute } from "./components/list.ts";
import { createConfigRoute } from "./configs/create.ts";
import { createConfigVersionRoute } from "./configs/create-version.ts";
import { deleteConfigRoute } from "./configs/delete.ts";
import { deleteConfigVersionLabelRoute } from "./configs/delete-label.ts";
import { deleteConfigVersionRoute } from "./configs/delete-version.ts";
import { diffConfigRoute } from "./configs/diff.ts";
import { discardConfigDraftRoute } from "./configs/discard-draft.ts";
import { getConfigRoute } from "./configs/get.ts";
import { getConfigDraftRoute } from "./configs/get-draft.ts";
import { getConfigVersionRoute } from "./configs/get-version.ts";
import { listConfigsRoute } from "./configs/list.ts";
import { listConfigKindsRoute } from "./configs/list-kinds.ts";
import { listConfigVersionLabelsRoute } from "./configs/list-labels.ts";
import { listConfigUsesRoute } from "./configs/list-uses.ts";
import { listConfigVersionsRoute } from "./configs/list-versions.ts";
import { publishConfigDraftRoute } from "./configs/publish-draft.ts";
import { putConfigDraftRoute } from "./configs/put-draft.ts";
import { putConfigVersionLabelRoute } from "./configs/put-label.ts";
import { restoreConfigVersionRoute } from "./configs/restore-version.ts";
import { updateConfigRoute } from "./configs/update.ts";
import { validateConfigRoute } from "./configs/validate.ts";
import { compilePipelinesRoute } from "./pipelines/compile.ts";
import { parsePipelinesRoute } from "./pipelines/parse.ts";
import { listTemplateCatalogueRoute } from "./templates/catalogue.ts";
import { createTemplateRoute } from "./templates/create.ts";
import { createTemplateVersionRoute } from "./templates/create-version.ts";
import { deleteTemplateRoute } from "./templates/delete.ts";
import { getTemplateRoute } from "./templates/get.ts";
import { getConfigTemplateRoute } from "./templates/get-origin.ts";
import { getTemplateVersionRoute } from "./templates/get-version.ts";
import { instantiateTemplateRoute } from "./templates/instantiate.ts";
import { listTemplatesRoute } from "./templates/list.ts";
import { listTemplateVersionsRoute } from "./templates/list-versions.ts";
import { updateTemplateRoute } from "./templates/update.ts";
import { updateConfigFromTemplateRoute } from "./templates/update-config.ts";

/** Configs, the templates and components that they are made from, and pipelines. */
export const configRoutes: readonly Route[] = [
  listConfigKindsRoute,
  listTemplateCatalogueRoute,
  createTemplateRoute,
  createTemplateVersionRoute,
  deleteTemplateRoute,
  getTemplateRoute,
  getConfigTemplateRoute,
  getTemplateVersionRoute,
  instantiateTemplateRoute,
  listTemplatesRoute,
  listTemplateVersionsRoute,
  updateTemplateRoute,
  updateConfigFromTemplateRoute,
  compilePipelinesRoute,
  parsePipelinesRoute,
  listCollectorComponentsRoute,
  validateConfigRoute,
  listConfigsRoute,
  createConfigRoute,
  getConfigRoute,
  updateConfigRoute,
  deleteConfigRoute,
  listConfigVersionsRoute,
  createConfigVersionRoute,
  getConfigVersionRoute,
  deleteConfigVersionRoute,
  restoreConfigVersionRoute,
  diffConfigRoute,
  getConfigDraftRoute,
  putConfigDraftRoute,
  discardConfigDraftRoute,
  publishConfigDraftRoute,
  listConfigVersionLabelsRoute,
  putConfigVersionLabelRoute,
  deleteConfigVersionLabelRoute,
  listConfigUsesRoute,
];
