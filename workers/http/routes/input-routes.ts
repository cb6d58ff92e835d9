import type { Route } from "../route.ts";
import { approveSecretVersionRoute } from "./secrets/approve-version.ts";
import { createSecretRoute } from "./secrets/create.ts";
import { deleteSecretRoute } from "./secrets/delete.ts";
import { destroySecretVersionRoute } from "./secrets/destroy-version.ts";
import { getSecretRoute } from "./secrets/get.ts";
import { getSecretsKeyRoute } from "./secrets/get-key.ts";
import { getSecretImpactRoute } from "./secrets/impact.ts";
import { listSecretsRoute } from "./secrets/list.ts";
import { listSecretVersionsRoute } from "./secrets/list-versions.ts";
import { rejectSecretVersionRoute } from "./secrets/reject-version.ts";
import { rewrapSecretsKeyRoute } from "./secrets/rewrap-key.ts";
import { rotateSecretRoute } from "./secrets/rotate.ts";
import { rotateSecretsKeyRoute } from "./secrets/rotate-key.ts";
import { updateSecretRoute } from "./secrets/update.ts";
import { getSecretUsageRoute } from "./secrets/usage.ts";
import { createVariableRoute } from "./variables/create.ts";
import { deleteVariableRoute } from "./variables/delete.ts";
import { getVariableRoute } from "./variables/get.ts";
import { getVariableImpactRoute } from "./variables/impact.ts";
import { listVariablesRoute } from "./variables/list.ts";
import { updateVariableRoute } from "./variables/update.ts";

/** Variables and secrets: what configs name and do not say. */
export const inputRoutes: readonly Route[] = [
  listSecretsRoute,
  createSecretRoute,
  getSecretRoute,
  updateSecretRoute,
  deleteSecretRoute,
  rotateSecretRoute,
  listSecretVersionsRoute,
  approveSecretVersionRoute,
  rejectSecretVersionRoute,
  destroySecretVersionRoute,
  getSecretUsageRoute,
  getSecretImpactRoute,
  getSecretsKeyRoute,
  rewrapSecretsKeyRoute,
  rotateSecretsKeyRoute,
  listVariablesRoute,
  createVariableRoute,
  getVariableRoute,
  updateVariableRoute,
  deleteVariableRoute,
  getVariableImpactRoute,
];
