import type { Route } from "../route.ts";
import { createApiKeyRoute } from "./api-keys/create.ts";
import { listApiKeysRoute } from "./api-keys/list.ts";
import { revokeApiKeyRoute } from "./api-keys/revoke.ts";
import { meRoute } from "./auth/me.ts";
import { refreshRoute } from "./auth/refresh.ts";
import { signInRoute } from "./auth/sign-in.ts";
import { signOutRoute } from "./auth/sign-out.ts";
import { signUpRoute } from "./auth/sign-up.ts";
import { createConfigRoute } from "./configs/create.ts";
import { createConfigVersionRoute } from "./configs/create-version.ts";
import { getConfigRoute } from "./configs/get.ts";
import { getConfigVersionRoute } from "./configs/get-version.ts";
import { listConfigsRoute } from "./configs/list.ts";
import { listConfigKindsRoute } from "./configs/list-kinds.ts";
import { listConfigVersionsRoute } from "./configs/list-versions.ts";
import { validateConfigRoute } from "./configs/validate.ts";
import { createEnrollmentTokenRoute } from "./enrollment-tokens/create.ts";
import { listEnrollmentTokensRoute } from "./enrollment-tokens/list.ts";
import { revokeEnrollmentTokenRoute } from "./enrollment-tokens/revoke.ts";
import { createEnvironmentRoute } from "./environments/create.ts";
import { listEnvironmentsRoute } from "./environments/list.ts";
import { createFleetRoute } from "./fleets/create.ts";
import { getFleetRoute } from "./fleets/get.ts";
import { listFleetsRoute } from "./fleets/list.ts";
import { updateFleetRoute } from "./fleets/update.ts";
import { healthRoute } from "./meta/health.ts";
import { createProjectRoute } from "./projects/create.ts";
import { getProjectRoute } from "./projects/get.ts";
import { listProjectsRoute } from "./projects/list.ts";

/** Every endpoint. A path that could match two comes first where it is fixed (`/v1/configs/validate`). */
export const routes: readonly Route[] = [
  signUpRoute,
  signInRoute,
  refreshRoute,
  signOutRoute,
  meRoute,
  listApiKeysRoute,
  createApiKeyRoute,
  revokeApiKeyRoute,
  listProjectsRoute,
  createProjectRoute,
  getProjectRoute,
  listEnvironmentsRoute,
  createEnvironmentRoute,
  listFleetsRoute,
  createFleetRoute,
  getFleetRoute,
  updateFleetRoute,
  listEnrollmentTokensRoute,
  createEnrollmentTokenRoute,
  revokeEnrollmentTokenRoute,
  listConfigKindsRoute,
  validateConfigRoute,
  listConfigsRoute,
  createConfigRoute,
  getConfigRoute,
  listConfigVersionsRoute,
  createConfigVersionRoute,
  getConfigVersionRoute,
  healthRoute,
];
