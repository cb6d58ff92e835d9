/** A person with an account, for tests of what is shown beside the password. */
import { TOTP } from "otpauth";
import { expect } from "vitest";
import type { SecondFactorStep, Session } from "../../../protocol/api/auth.ts";
import type { ChangedFactors, Passkey, PasskeyCreation, StartedTotp } from "../../../protocol/api/factors.ts";
import { type Answer, world as newWorld, type World } from "../world.ts";
import { type AppAt, appAt } from "./app-at.ts";
import type { Authenticator } from "./authenticator.ts";

export interface Account {
  app: AppAt;
  world: World;
  /** The access token of the last sign-in. */
  token: string;
  call: AppAt["call"];
  /** As the person; insists on a status. */
  must<T = Record<string, unknown>>(status: number, method: string, path: string, body?: unknown): Promise<T>;
  /** The first step of a sign-in: the password. */
  signIn(): Promise<Answer<Session & SecondFactorStep>>;
  /** The second step: the session's token becomes the account's. */
  secondFactor(shown: Record<string, unknown>): Promise<Answer<Session>>;
  ticket(): Promise<string>;
}

/** The owner of a new organization, or somebody who is there already, at the same app as another account. */
export async function account(publicUrl?: string, known?: { app: AppAt; world: World }): Promise<Account> {
  const world = known?.world ?? (await newWorld());
  const app = known?.app ?? (await appAt(publicUrl));
  const person: Account = {
    app,
    world,
    token: "",
    call: (method, path, options) => app.call(method, path, { token: person.token, ...options }),
    async must<T>(status: number, method: string, path: string, body?: unknown) {
      const answer = await person.call<T>(method, path, body === undefined ? {} : { body });
      expect([answer.status, answer.status === status ? null : answer.body]).toEqual([status, null]);
      return answer.body;
    },
    signIn: () =>
      app.call("POST", "/v1/auth/sign-in", { body: { email: world.email, password: world.password } }),
    async ticket() {
      return (await person.signIn()).body.secondFactor.ticket;
    },
    async secondFactor(shown) {
      const body = { ticket: await person.ticket(), ...shown };
      const answer = await app.call<Session>("POST", "/v1/auth/second-factor", { body });
      if (answer.status === 200) person.token = answer.body.accessToken;
      return answer;
    },
  };
  person.token = (await person.signIn()).body.accessToken;
  return person;
}

/** The code of a secret, `steps` of 30 seconds away from now. */
export function codeAt(app: AppAt, secret: string, steps = 0): string {
  return new TOTP({ secret, algorithm: "SHA1", digits: 6, period: 30 }).generate({
    timestamp: app.nowMs() + steps * 30_000,
  });
}

/** Adds an authenticator app, and lets the step of its first code pass. */
export async function addTotp(person: Account): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = await person.must<StartedTotp>(201, "POST", "/v1/me/totp");
  const { recoveryCodes } = await person.must<ChangedFactors>(200, "POST", "/v1/me/totp/confirm", {
    code: codeAt(person.app, secret),
  });
  person.app.moveMs(60_000);
  return { secret, recoveryCodes: recoveryCodes ?? [] };
}

export async function addPasskey(
  person: Account,
  device: Authenticator,
  name = "Laptop",
): Promise<{ passkey: Passkey; changed: ChangedFactors }> {
  const options = await person.must<PasskeyCreation>(200, "POST", "/v1/me/passkeys/options");
  const passkey = await device.create(options);
  const changed = await person.must<ChangedFactors>(201, "POST", "/v1/me/passkeys", { name, passkey });
  const added = changed.factors.passkeys.at(-1);
  if (!added) throw new Error("the passkey is not in the list");
  return { passkey: added, changed };
}
