/** Secrets of an environment, as tests set and read them by the API. */
import type { Secret, SecretChange, SecretUsage, SecretVersion } from "../../../protocol/api/secrets.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { expectCall, type World } from "../world.ts";

export const pathOf = (w: World) => `/v1/environments/${w.environment}/secrets`;

export const set = (w: World, body: object) =>
  expectCall<SecretChange>(201, "POST", pathOf(w), { token: w.token, body });

export const rotate = (w: World, id: string, value: string) =>
  expectCall<SecretVersion & { receipt: Receipt }>(201, "POST", `/v1/secrets/${id}/versions`, {
    token: w.token,
    body: { value },
  });

export const get = (w: World, id: string) =>
  expectCall<Secret>(200, "GET", `/v1/secrets/${id}`, { token: w.token });

export const usageOf = (w: World, id: string) =>
  expectCall<SecretUsage>(200, "GET", `/v1/secrets/${id}/usage`, { token: w.token });
