/** Variables of an environment, as tests set and list them by the API. */
import type { Variable, VariableChange } from "../../../protocol/api/variables.ts";
import { expectCall, type World } from "../world.ts";

export const pathOf = (w: World) => `/v1/environments/${w.environment}/variables`;

export const set = (w: World, body: object) =>
  expectCall<VariableChange>(201, "POST", pathOf(w), { token: w.token, body });

export const list = (w: World, query = "") =>
  expectCall<{ items: Variable[]; nextCursor: string | null }>(200, "GET", `${pathOf(w)}?${query}`, {
    token: w.token,
  });
