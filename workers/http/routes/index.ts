import type { Route } from "../route.ts";
import { accountRoutes } from "./account-routes.ts";
import { configRoutes } from "./config-routes.ts";
import { fleetRoutes } from "./fleet-routes.ts";
import { inputRoutes } from "./input-routes.ts";
import { docsRoute } from "./meta/docs.ts";
import { healthRoute } from "./meta/health.ts";
import { openApiRoute } from "./meta/openapi.ts";
import { organizationRoutes } from "./organization-routes.ts";
import { rolloutRoutes } from "./rollout-routes.ts";

export const apiVersion = "1.0.0";

/** Every endpoint. A path that could match two comes first where it is fixed (`/v1/configs/validate`). */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...organizationRoutes,
  ...inputRoutes,
  ...fleetRoutes,
  ...configRoutes,
  ...rolloutRoutes,
  healthRoute,
  openApiRoute(() => routes, apiVersion),
  docsRoute(() => routes, apiVersion),
];
