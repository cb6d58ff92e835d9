import { expect, it } from "vitest";
import type { StoredAssignment } from "../../../db/schema/index.ts";
import { bundled } from "./resolve.ts";

const image = { ref: "registry.example.com/app:1", digest: `sha256:${"c".repeat(64)}` };
const given = (content: string, kind = "container") =>
  bundled({
    stored: { kind, sha256: "that of the text", image } as unknown as StoredAssignment,
    content,
  });

it("hashes what an app means and not how it is written, so that such an edit touches no agent", () => {
  const flow = given(
    '{"processes": {"web": {"resources": {"memory": "1Gi"}}}, "image": {"ref": "registry.example.com/app:1"}}',
  );
  const block = given(
    "# ours\nimage: {ref: registry.example.com/app:1}\nprocesses:\n  web: {resources: {memory: 1073741824}}\n",
  );
  const other = given(
    "image: {ref: registry.example.com/app:1}\nprocesses:\n  web: {resources: {memory: 1G}}\n",
  );
  expect(flow.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(block).toEqual(flow);
  expect(other.sha256).not.toBe(flow.sha256);
  expect(JSON.parse(flow.content)).toMatchObject({ image: { ref: `${image.ref}@${image.digest}` } });
});

it("gives texts of other kinds as they are written, by the hash that their version has", () => {
  expect(given("a: 1\n", "file")).toMatchObject({ sha256: "that of the text", content: "a: 1\n" });
});
