import { expect, it } from "vitest";
import { missingSecrets } from "./missing-secrets.ts";

const names = (...of: string[]) => new Set(of);
const all = ["CREDENTIAL_PRIVATE_KEY", "ACCESS_PRIVATE_KEY", "WEBHOOK_SECRET"];

it("makes every key at the first deploy, the credential key once for both", () => {
  const { keys, isNew, secrets } = missingSecrets({ fleets: names(), muster: names() }, null);
  expect(Object.keys(keys).toSorted()).toEqual(all.toSorted());
  expect(isNew).toBe(true);
  expect(secrets.muster).toEqual(keys);
  expect(secrets["muster-fleets"]).toEqual({ CREDENTIAL_PRIVATE_KEY: keys.CREDENTIAL_PRIVATE_KEY });
});

it("makes only the key that a new version brings, so that no backup holds one that nothing uses", () => {
  const held = {
    fleets: names("CREDENTIAL_PRIVATE_KEY"),
    muster: names("CREDENTIAL_PRIVATE_KEY", "ACCESS_PRIVATE_KEY"),
  };
  const { keys, isNew, secrets } = missingSecrets(held, null);
  expect(Object.keys(keys)).toEqual(["WEBHOOK_SECRET"]);
  expect(isNew).toBe(true);
  expect(secrets).toEqual({ "muster-fleets": {}, muster: keys });
});

it("goes on with the keys of an interrupted deploy", () => {
  const kept = missingSecrets({ fleets: names(), muster: names() }, null).keys;
  const held = { fleets: names("CREDENTIAL_PRIVATE_KEY"), muster: names() };
  expect(missingSecrets(held, kept)).toEqual({
    keys: kept,
    isNew: false,
    secrets: { "muster-fleets": { CREDENTIAL_PRIVATE_KEY: kept.CREDENTIAL_PRIVATE_KEY }, muster: kept },
  });
});

it("sets nothing where all is set", () => {
  const held = { fleets: names("CREDENTIAL_PRIVATE_KEY"), muster: names(...all) };
  expect(missingSecrets(held, null)).toEqual({
    keys: {},
    isNew: false,
    secrets: { "muster-fleets": {}, muster: {} },
  });
});

it("refuses a credential key on one Worker alone that is not kept", () => {
  const held = { fleets: names("CREDENTIAL_PRIVATE_KEY"), muster: names() };
  expect(() => missingSecrets(held, null)).toThrow(/put your backup/);
  expect(() => missingSecrets(held, { WEBHOOK_SECRET: "x" })).toThrow(/put your backup/);
});
