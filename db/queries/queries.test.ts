import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Files whose rows belong to no organization, or that cross all of them on purpose; each says so at its top. */
const withoutTenant = new Set([
  "people.ts",
  "system.ts",
  "device-grants.ts",
  "account-tokens.ts",
  "guess-counts.ts",
  "mails.ts",
  "factors.ts",
]);
/** The credential that is looked up names its organization itself; or no row of one organization is meant. */
const exceptions = new Set([
  "findApiKeyByHash",
  "findCaller",
  "findConnectionOfDomain",
  "findConnectionToSignIn",
  "findInvitationByHash",
  "ownsAtMost",
  "erasableTables",
]);

const files = readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
);

it("takes an organization wherever rows belong to one", () => {
  const found: string[] = [];
  for (const file of files) {
    if (withoutTenant.has(file)) continue;
    const source = readFileSync(join(import.meta.dirname, file), "utf8");
    for (const [, name = "", parameters = ""] of source.matchAll(
      /export (?:async )?function (\w+)\(([^)]*)\)/g,
    )) {
      found.push(name);
      if (exceptions.has(name)) continue;
      expect(parameters, `${file}: ${name}`).toMatch(
        /organizationIds?: (readonly OrganizationId\[\]|OrganizationId)/,
      );
    }
  }
  expect(found.length).toBeGreaterThan(30);
});
