/** What a config names in its comments is text: agents get it as it is written, and nothing is used by it. */
import { expect, it } from "vitest";
import type { RolloutDetail, RolloutPreview, StartedRollout } from "../../protocol/api/rollouts.ts";
import type { SecretChange, SecretUsage } from "../../protocol/api/secrets.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, world } from "../harness/world.ts";

const content = `# \${secret:OLD} \${var:GONE} \${agent:nowhere}
events {}
http {
    server {
        listen 8080; # \${secret:OLD}
        add_header X-Key "#\${secret:NEW}";
    }
}
`;

it("sends no secret that only a comment names, asks for no value, and counts no use", async () => {
  const w = await world();
  const secret = (name: string, value: string) =>
    expectCall<SecretChange>(201, "POST", `/v1/environments/${w.environment}/secrets`, {
      token: w.token,
      body: { name, value },
    });
  const [old, fresh] = [await secret("OLD", "old-and-hidden"), await secret("NEW", "new-and-hidden")];
  const [agent] = await enrol(w, ["web-1"], {
    onConfig: (one, { configHash }) =>
      one.applied([...configHash].map((byte) => byte.toString(16).padStart(2, "0")).join("")),
  });
  const { id: config } = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: "edge", kind: "nginx", content },
  });
  const body = { gates: { soakSeconds: 0 }, assignments: [{ config }] };
  const plan = await expectCall<RolloutPreview>(200, "POST", `/v1/fleets/${w.fleet}/rollouts?dryRun=true`, {
    token: w.token,
    body,
  });
  expect(plan.diffs[0]?.files[0]?.diff).toContain("# ${secret:OLD} ${var:GONE} ${agent:nowhere}");
  const { status, body: started } = await call<StartedRollout & Problem>(
    "POST",
    `/v1/fleets/${w.fleet}/rollouts`,
    { token: w.token, body },
  );
  expect(status, started.detail).toBe(201);
  const ended = await until(
    () => expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${started.rollout.id}`, { token: w.token }),
    (one) => one.endedAt !== null,
  );
  expect(ended.state, ended.reason ?? "").toBe("succeeded");
  const offer = agent?.fake.received.filter(({ remoteConfig }) => remoteConfig).at(-1);
  const sent = new TextDecoder().decode(offer?.remoteConfig?.config?.configMap["nginx.conf"]?.body);
  expect(sent).toBe(content.replace("${secret:NEW}", "new-and-hidden"));
  const usage = (id: string) =>
    expectCall<SecretUsage>(200, "GET", `/v1/secrets/${id}/usage`, { token: w.token });
  const unused = await usage(old.id);
  expect(unused.configs).toEqual([]);
  expect(JSON.stringify(unused)).not.toContain("web-1");
  expect((await usage(fresh.id)).configs).toHaveLength(1);
});
