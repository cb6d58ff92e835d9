import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { allSchemas, jsonFiles, jsonReference, written } from "./json-reference.ts";
import { manPage, manPath, writtenManPage } from "./man.ts";
import { reference, writtenReference } from "./reference.ts";
import { runCli } from "./testing/run.ts";

it("docs/reference/cli.md is what the commands say (else run `node cli/reference.ts`)", () => {
  expect(writtenReference()).toBe(reference());
});

it("docs/reference/cli-json.md and cli-schemas.json are what they publish (else run `node cli/json-reference.ts`)", () => {
  expect(written(jsonFiles.page)).toBe(jsonReference());
  expect(written(jsonFiles.schemas)).toBe(allSchemas());
});

it("docs/man/muster.1 is what the commands say (else run `node cli/man.ts`), and `muster help --man` prints it", async () => {
  expect(writtenManPage()).toBe(manPage());
  expect((await runCli(["help", "--man"])).stdout).toBe(manPage());
});

it("the man page is read by groff without a warning, where there is one", () => {
  const { error, status, stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-P-c", manPath], {
    encoding: "utf8",
    maxBuffer: 32 * 1024 * 1024,
  });
  if (error) return;
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("muster rollouts abort");
  expect(stdout).toContain("--dry-run");
});
