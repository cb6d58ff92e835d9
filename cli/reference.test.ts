import { expect, it } from "vitest";
import { reference, writtenReference } from "./reference.ts";

it("docs/reference/cli.md is what the commands say (else run `node cli/reference.ts`)", () => {
  expect(writtenReference()).toBe(reference());
});
