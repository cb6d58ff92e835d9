import { expect, it } from "vitest";
import { missingSecrets } from "./missing-secrets.ts";

const names = (...of: string[]) => new Set(of);
const shared = ["CREDENTIAL_PRIVATE_KEY", "SECRETS_KEYS"];
const all = [...shared, "ACCESS_PRIVATE_KEY", "WEBHOOK_SECRET"];

it("makes every key at the first deploy, those that both need once for both", () => {
  const { keys, isNew, secrets } = missingSecrets({ fleets: names(), muster: names() }, null);
  expect(Object.keys(keys).toSorted()).toEqual(all.toSorted());
  expect(isNew).toBe(true);
  expect(secrets.muster).toEqual(keys);
  const { CREDENTIAL_PRIVATE_KEY, SECRETS_KEYS } = keys;
  expect(secrets["muster-fleets"]).toEqual({ CREDENTIAL_PRIVATE_KEY, SECRETS_KEYS });
});

it("makes only the key that a new version brings, so that no backup holds one that nothing uses", () => {
  const held = {
    fleets: names(...shared),
    muster: names(...shared, "ACCESS_PRIVATE_KEY"),
  };
  const { keys, isNew, secrets } = missingSecrets(held, null);
  expect(Object.keys(keys)).toEqual(["WEBHOOK_SECRET"]);
  expect(isNew).toBe(true);
  expect(secrets).toEqual({ "muster-fleets": {}, muster: keys });
});

it("goes on with the keys of an interrupted deploy", () => {
  const kept = missingSecrets({ fleets: names(), muster: names() }, null).keys;
  const held = { fleets: names(...shared), muster: names() };
  const { CREDENTIAL_PRIVATE_KEY, SECRETS_KEYS } = kept;
  expect(missingSecrets(held, kept)).toEqual({
    keys: kept,
    isNew: false,
    secrets: { "muster-fleets": { CREDENTIAL_PRIVATE_KEY, SECRETS_KEYS }, muster: kept },
  });
});

it("sets nothing where all is set", () => {
  const held = { fleets: names(...shared), muster: names(...all) };
  expect(missingSecrets(held, null)).toEqual({
    keys: {},
    isNew: false,
    secrets: { "muster-fleets": {}, muster: {} },
  });
});

it.each(shared)("refuses a %s on one Worker alone that is not kept", (name) => {
  const held = { fleets: names(name), muster: names() };
  expect(() => missingSecrets(held, null)).toThrow(/Put your backup/);
  expect(() => missingSecrets(held, { WEBHOOK_SECRET: "x" })).toThrow(/Put your backup/);
});
