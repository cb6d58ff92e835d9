import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { app } from "./app.ts";
import { readConfigSearch } from "./search.ts";

const configs = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/configs",
  component: lazyRouteComponent(() => import("../features/configs/configs-page.tsx"), "ConfigsPage"),
});
const newConfig = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/configs/new",
  component: lazyRouteComponent(() => import("../features/configs/new-config-page.tsx"), "NewConfigPage"),
});
const collectorComponents = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/configs/components",
  component: lazyRouteComponent(() => import("../features/components/components-page.tsx"), "ComponentsPage"),
});
const config = createRoute({
  getParentRoute: () => app,
  path: "/configs/$configId",
  validateSearch: readConfigSearch,
  component: lazyRouteComponent(() => import("../features/configs/config-page.tsx"), "ConfigPage"),
});

const templates = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/templates",
  component: lazyRouteComponent(() => import("../features/templates/templates-page.tsx"), "TemplatesPage"),
});
const newTemplate = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/templates/new",
  component: lazyRouteComponent(
    () => import("../features/templates/write-template-page.tsx"),
    "NewTemplatePage",
  ),
});
const template = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/templates/$template",
  component: lazyRouteComponent(() => import("../features/templates/template-page.tsx"), "TemplatePage"),
});
const editTemplate = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/templates/$template/edit",
  component: lazyRouteComponent(
    () => import("../features/templates/write-template-page.tsx"),
    "EditTemplatePage",
  ),
});
const templateUpdate = createRoute({
  getParentRoute: () => app,
  path: "/configs/$configId/template",
  component: lazyRouteComponent(() => import("../features/templates/update-page.tsx"), "TemplateUpdatePage"),
});

/** Configs, and the templates and components that they are made from. */
export const configRoutes = [
  configs,
  newConfig,
  collectorComponents,
  config,
  templates,
  newTemplate,
  template,
  editTemplate,
  templateUpdate,
] as const;
