import { expect, it } from "vitest";
import { storeChoice, storeSecrets } from "./store-choice.ts";

const none = new Set<string>();
const url = "libsql://muster.example";

it("migrates D1 unless a libSQL store is named", () => {
  const store = storeChoice({ DATABASE_AUTH_TOKEN: "t" }, none);
  expect(store).toEqual({ kind: "d1" });
  expect(storeSecrets(store)).toEqual({});
});

it("migrates the libSQL store that the code is shipped with", () => {
  const store = storeChoice({ DATABASE_URL: url, DATABASE_AUTH_TOKEN: "t" }, none);
  expect(store).toEqual({ kind: "libsql", url, authToken: "t" });
  expect(storeSecrets(store)).toEqual({ DATABASE_URL: url, DATABASE_AUTH_TOKEN: "t" });
  expect(storeSecrets(storeChoice({ DATABASE_URL: url }, none))).toEqual({ DATABASE_URL: url });
});

it("stops where the deployed code would run against a store that nobody migrates", () => {
  const deployed = new Set(["DATABASE_URL", "ACCESS_PRIVATE_KEY"]);
  expect(() => storeChoice({}, deployed)).toThrow(/Set DATABASE_URL and DATABASE_AUTH_TOKEN/);
  expect(storeChoice({ DATABASE_URL: url }, deployed).kind).toBe("libsql");
});

it("refuses an address that no Worker can reach", () => {
  expect(() => storeChoice({ DATABASE_URL: "file:metadata.db" }, none)).toThrow(/libsql:\/\//);
});
