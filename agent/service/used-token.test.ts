import { createHash } from "node:crypto";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { forgetUsedToken, withToken } from "./used-token.ts";

const connection = { hash: "aa", endpoint: "wss://muster.example/v1/opamp", headers: {} };
const enrolledBy = (token: string) => ({
  endpoint: connection.endpoint,
  tokenHash: createHash("sha256").update(token).digest("hex"),
});

/** A host with the token `kept`, and whether it is still there afterwards. */
function staysWith(kept: string, state: object | null): boolean {
  const folder = temporaryFolder();
  const environment = join(folder, "agent.env");
  writeFileSync(environment, `MUSTER_TOKEN=${kept}\n`);
  if (state) writeFileSync(join(folder, "state.json"), JSON.stringify(state));
  const forgotten = forgetUsedToken(environment, folder);
  expect(existsSync(environment)).toBe(!forgotten);
  return !forgotten;
}

it("removes the token that the agent traded for its credential", () => {
  expect(staysWith("one", { connection, enrolledBy: enrolledBy("one") })).toBe(false);
});

it("leaves the other variables of the service alone", () => {
  const folder = temporaryFolder();
  const environment = join(folder, "agent.env");
  writeFileSync(
    environment,
    withToken("REGISTRY_PASSWORD=s3cret\nMUSTER_TOKEN=old\nHTTPS_PROXY=proxy", "one"),
  );
  expect(readFileSync(environment, "utf8")).toBe(
    "REGISTRY_PASSWORD=s3cret\nHTTPS_PROXY=proxy\nMUSTER_TOKEN=one\n",
  );
  writeFileSync(join(folder, "state.json"), JSON.stringify({ connection, enrolledBy: enrolledBy("one") }));
  expect(forgetUsedToken(environment, folder)).toBe(true);
  expect(readFileSync(environment, "utf8")).toBe("REGISTRY_PASSWORD=s3cret\nHTTPS_PROXY=proxy\n");
  expect(forgetUsedToken(environment, folder)).toBe(false);
});

it.each<[string, object | null]>([
  ["there is no agent yet", null],
  ["it has only an offer that is not proven", { connection: null, enrolledBy: enrolledBy("one") }],
  [
    "it enrolled with another one, so that this one enrols it anew",
    { connection, enrolledBy: enrolledBy("two") },
  ],
  ["it was told to enrol anew", { connection: null, enrolledBy: null }],
])("keeps it where %s", (_, state) => {
  expect(staysWith("one", state)).toBe(true);
});

it("reads through no link, and has nothing to do without a token", () => {
  const folder = temporaryFolder();
  const elsewhere = join(temporaryFolder(), "state.json");
  writeFileSync(elsewhere, JSON.stringify({ connection, enrolledBy: enrolledBy("one") }));
  symlinkSync(elsewhere, join(folder, "state.json"));
  expect(forgetUsedToken(join(folder, "agent.env"), folder)).toBe(false);
  writeFileSync(join(folder, "agent.env"), "MUSTER_TOKEN=one\n");
  expect(forgetUsedToken(join(folder, "agent.env"), folder)).toBe(false);
});
