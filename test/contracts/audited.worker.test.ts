/**
 * Every operation of the OpenAPI document that is no GET and asks for a credential, once with success: it leaves an audit
 * event of the organization, or an event of the person's account, under the name of its request. A new operation is in
 * here by itself; one that changes nothing, or whose example cannot succeed here, has to be named with the reason.
 */
import { expect, it } from "vitest";
import { rows, run } from "../harness/worker/audit.ts";
import { guarded } from "../harness/worker/surface.ts";
import { send } from "../harness/worker/surface-examples.ts";
import { type Things, things } from "../harness/worker/surface-things.ts";

const writes = guarded.filter(({ method }) => method !== "GET");

/** Succeed, and change nothing that anybody owns. */
const changesNothing: Record<string, string> = {
  validateConfig: "parses a text",
  compilePipelines: "writes a text",
  parsePipelines: "parses a text",
  renderAgent: "shows a text",
  explainAccess: "decides, and tells why",
  testSsoConnection: "asks the provider",
};

/** As they write by `commit`, their rows are looked at where what they need can be had. */
const elsewhere: Record<string, string> = {
  askForConfirmation: "needs https: a challenge, no change",
  startPasskey: "needs https: a challenge, no change",
  addPasskey: "needs a browser: test/integration/passkeys.worker.test.ts",
  confirmTotp: "needs a code of the moment: test/integration/two-factor.worker.test.ts",
  completeEmailChange: "needs the link of a mail: test/integration/account.worker.test.ts",
  removeTotp: "needs an app: test/integration/two-factor.worker.test.ts",
  acceptInvitation: "needs the link of a mail: test/integration/members.worker.test.ts",
  resendInvitation: "may be sent again only later: test/integration/members.worker.test.ts",
  findDevice: "needs a device that waits, and changes nothing",
  decideDevice: "needs a device that waits: test/integration/device.worker.test.ts",
  deleteOrganization: "asks for the slug in the query: test/integration/organizations.worker.test.ts",
  exportOrganization: "answers no JSON: test/integration/organizations.worker.test.ts",
  restoreOrganization: "needs a deleted one: test/integration/organizations.worker.test.ts",
  verifySsoDomain: "needs a resolver, its example is verified: test/e2e/sso.e2e.test.ts",
  updateTwoFactorPolicy: "needs a second factor: test/integration/require-two-factor.worker.test.ts",
  updateSsoPolicy: "needs a connection that is in use: test/e2e/sso-settings.e2e.test.ts",
  approveExecSession: "needs another person: test/integration/exec-sessions.worker.test.ts",
  openExecSession: "as approveExecSession",
  renewStreamTicket:
    "a ticket, no change, and a session nobody joins is soon over: test/integration/exec.worker.test.ts",
  tailLogs: "needs an agent that shows logs: test/integration/log-tails.worker.test.ts",
  restartAgent: "needs an agent that takes commands: test/integration/audit.worker.test.ts",
  resumeRollout: "as pauseRollout",
  promoteRollout: "as pauseRollout",
  retryRollout: "as pauseRollout",
  revertRollout: "needs one that has ended: test/integration/rollout-actions.worker.test.ts",
  reapplyDrift: "needs an agent that drifted: test/integration/drift.worker.test.ts",
  acceptDrift: "as reapplyDrift",
  rewrapSecretsKey: "needs another master key: test/e2e/master-key.e2e.test.ts",
  approveRollout: "needs a protected environment: test/integration/rollout-actions.worker.test.ts",
};

const inOrganization = "organization_id = (select id from organizations where id = ?)";

/** What has to be there before, for those whose example would be refused. */
const before: Record<string, (things: Things) => Promise<unknown>> = {
  confirmPresence: () => run("delete from passkeys"),
  leaveOrganization: ({ ids }) =>
    run(`update memberships set role = 'owner' where user_id = ? and ${inOrganization}`, ids.user, ids.org),
};

/** Instead of the example body. */
const given: Record<string, (things: Things) => object | Promise<object>> = {
  confirmPresence: ({ world }) => ({ password: world.password }),
  changePassword: ({ world }) => ({ currentPassword: world.password, password: "another long one" }),
  transferOrganization: ({ ids }) => ({ member: ids.user }),
  updateMember: () => ({ role: "operator" }),
  startRollout: ({ ids }) => ({ assignments: [{ config: ids.config }], onActive: "supersede" }),
};

/** What they act on is not afterwards what the others need, was not left so by others, or does not last. */
const apart =
  /^(delete|remove|revoke|leave|transfer|sign|rotate|disable|change|reset|confirm|pause|overrideFreeze|discard|publish|reject|end|startExec|cancelRestart)/;

let shared: Things | null = null;

async function thingsFor(id: string): Promise<Things> {
  if (apart.test(id)) return things();
  shared ??= await things();
  return shared;
}

/** What was written down under the name of this request. */
async function traces(requestId: string): Promise<number> {
  const [row] = await rows<{ n: number }>(
    "select (select count(*) from audit_events where request_id = ?1) + (select count(*) from account_events where request_id = ?1) as n",
    requestId,
  );
  return row?.n ?? 0;
}

it("covers the surface", () => {
  expect(writes.length).toBeGreaterThan(50);
  const names = new Set(writes.map(({ id }) => id));
  const named = [changesNothing, elsewhere, before, given].flatMap((list) => Object.keys(list));
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});

const asked = writes.filter(({ id }) => !(id in elsewhere));

it.each(asked.map((one) => [`${one.method} ${one.path}`, one] as const))(
  "%s leaves a trace",
  async (_, operation) => {
    const have = await thingsFor(operation.id);
    await before[operation.id]?.(have);
    const body = await given[operation.id]?.(have);
    const answer = await send(operation, have.ids, have.world.token, body);
    expect(answer.status, `${operation.id}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    const left = await traces(answer.headers.get("x-request-id") ?? "");
    if (operation.id in changesNothing) expect(left).toBe(0);
    else expect(left).toBeGreaterThan(0);
  },
);
