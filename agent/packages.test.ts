import { expect, test } from "vitest";
import { PackageStatusEnum } from "../protocol/opamp/opamp_pb.js";
import { until } from "../test/harness/until.ts";
import { agentVersion, describe } from "./description.ts";
import { Packages } from "./packages.ts";
import { freePort, greeterSettings } from "./testing/greeter-agent.ts";
import { startAgent, startServer } from "./testing/start.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const context = { cwd: "/", env: {} };
const supervise = (version: string[] | null) => {
  const { supervise: settings } = greeterSettings("ws://x", "/", 1);
  if (!settings) throw new Error("the greeter is supervised");
  return { ...settings, command: "/usr/sbin/proxy", version };
};
const echo = (text: string) => [process.execPath, "-e", `console.error(${JSON.stringify(text)})`];

test.each([
  ["HAProxy version 2.8.3-1ubuntu1~deb 2023/09/08 - https://haproxy.org/", "2.8.3-1ubuntu1~deb"],
  ["prometheus, version 3.1.0 (branch: HEAD)", "3.1.0"],
  ["v24.4.1", "24.4.1"],
])("reads the version out of %j", async (text, version) => {
  const packages = new Packages(supervise(echo(text)), context, () => {});
  expect(await packages.look()).toBe(true);
  expect(packages.list()).toEqual([
    { name: "muster-agent", version: agentVersion },
    { name: "proxy", version },
  ]);
  expect(await packages.look()).toBe(false);
});

test.each([
  [echo("no number"), "names none"],
  [["/no/such/program"], "could not be started"],
])("says that it does not know one from %j", async (command, reason) => {
  const lines: string[] = [];
  const packages = new Packages(supervise(command), context, (_, message) => lines.push(message));
  await packages.look();
  expect(packages.list()).toEqual([{ name: "muster-agent", version: agentVersion }]);
  expect(lines[0]).toContain(reason);
});

test("an agent reports its own and its program's version, and takes no packages", async () => {
  const server = await startServer();
  const settings = greeterSettings(server.endpoint, temporaryFolder(), await freePort());
  if (settings.supervise) settings.supervise.version = [process.execPath, "--version"];
  await startAgent(settings);
  const told = await until("both packages", () =>
    server.messages.find(({ packageStatuses }) => Object.keys(packageStatuses?.packages ?? {}).length === 2),
  );
  expect(told.packageStatuses?.packages["muster-agent"]).toMatchObject({
    agentHasVersion: agentVersion,
    status: PackageStatusEnum.PackageStatusEnum_Installed,
  });
  expect(told.packageStatuses?.packages.node?.agentHasVersion).toBe(process.versions.node);
  expect(Number(told.capabilities) & 0x10).toBe(0x10);
  expect(Number(told.capabilities) & 0x8).toBe(0);
});

test("what it is known as has its own version, and the agent's only where it is the agent", () => {
  const said = (type: string, version: string | null) =>
    describe({ name: "web-1", type, labels: {} }, {}, version);
  expect(said("haproxy", "2.8.5").identifying["service.version"]).toBe("2.8.5");
  expect(said("haproxy", null).identifying).not.toHaveProperty("service.version");
  expect(said("muster-agent", null).identifying["service.version"]).toBe(agentVersion);
  expect(said("haproxy", null).nonIdentifying["muster.agent.version"]).toBe(agentVersion);
});
