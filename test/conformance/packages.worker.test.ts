import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { sha256Hex } from "../../domain/configs/hash.ts";
import { hashPackages } from "../../domain/configs/packages.ts";
import { hashFiles } from "../../domain/configs/render.ts";
import type { AgentId } from "../../domain/ids.ts";
import type { ReleasePackage } from "../../protocol/api/rollouts.ts";
import { agentCapability, serverCapability } from "../../protocol/opamp/capabilities.ts";
import { decodeServerToAgent, encodeAgentBody } from "../../protocol/opamp/frame.ts";
import { PackageStatusEnum, PackageType } from "../../protocol/opamp/opamp_pb.js";
import { uidFromHex, uidToHex } from "../../protocol/opamp/uid.ts";
import type { RolloutOrder } from "../../protocol/rpc/fleet.ts";
import { type FakeAgentOptions, randomUid, usualCapabilities } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../harness/worker/fleet-world.ts";
import { fileName, order } from "../harness/worker/orders.ts";

const packageCapabilities = [...usualCapabilities, "AcceptsPackages", "ReportsPackageStatuses"] as const;
const failed = PackageStatusEnum.PackageStatusEnum_InstallFailed;
const installed = PackageStatusEnum.PackageStatusEnum_Installed;
/** Of a later version of the protocol. */
const unknownStatus = 99 as PackageStatusEnum;
const downloading = PackageStatusEnum.PackageStatusEnum_Downloading;

const collector: ReleasePackage = {
  name: "collector",
  version: "1.4.0",
  url: "https://packages.example/collector-1.4.0.tar.gz",
  sha256: sha256Hex("collector"),
  signature: "c2lnbmVk",
  type: "top-level",
  selector: "",
};
const addon: ReleasePackage = { ...collector, name: "plugin", version: "2", signature: null, type: "addon" };
const hashOf = (packages: ReleasePackage[]) => hashPackages(packages.map(({ selector: _, ...one }) => one));
const filesHash = (content: string) =>
  hashFiles([{ name: fileName, contentType: "text/plain", sha256: sha256Hex(content) }]);

async function enrolled(options: Omit<FakeAgentOptions, "send"> = {}) {
  const world = await fleetWorld();
  const dialed = await world.dial(world.token(), { capabilities: packageCapabilities, ...options });
  dialed.agent.hello();
  await dialed.agent.next();
  return { world, ...dialed };
}

async function rollOut(
  world: FleetWorld,
  content: string,
  packages: ReleasePackage[],
  changes: Partial<RolloutOrder> = {},
) {
  const made = order(content, changes);
  value(await world.stub.startRollout(world.scope, { ...made, release: { ...made.release, packages } }));
  return made.id;
}

const detail = async (world: FleetWorld) => {
  const { items } = value(await world.stub.listAgents(world.scope, { sort: "name", limit: 2 }));
  return value(await world.stub.getAgent(world.scope, items[0]?.id as AgentId));
};
const inState = (world: FleetWorld, state: string) =>
  until(
    () => detail(world),
    ({ config }) => config.state === state,
  );
const ended = (world: FleetWorld, id: RolloutOrder["id"], state: string) =>
  until(
    async () => value(await world.stub.getRollout(world.scope, id)),
    (rollout) => rollout.state === state,
  );

it("offers files and packages in one frame, once, and believes it when both are in place", async () => {
  const { world, agent } = await enrolled();
  expect(Number(agent.received[0]?.capabilities) & serverCapability.OffersPackages).not.toBe(0);
  expect(Number(agent.received[0]?.capabilities) & serverCapability.AcceptsPackagesStatus).not.toBe(0);
  const id = await rollOut(world, "one", [collector, addon]);
  const offer = await agent.next((message) => message.packagesAvailable !== undefined);
  expect(uidToHex(offer.remoteConfig?.configHash ?? new Uint8Array())).toBe(filesHash("one"));
  const { packages = {}, allPackagesHash = new Uint8Array() } = offer.packagesAvailable ?? {};
  expect(uidToHex(allPackagesHash)).toBe(hashOf([collector, addon]));
  expect(packages.collector).toMatchObject({ type: PackageType.PackageType_TopLevel, version: "1.4.0" });
  expect(packages.collector?.file).toMatchObject({ downloadUrl: collector.url });
  expect(uidToHex(packages.collector?.file?.contentHash ?? new Uint8Array())).toBe(collector.sha256);
  expect(new TextDecoder().decode(packages.collector?.file?.signature)).toBe("signed");
  expect(packages.plugin).toMatchObject({ type: PackageType.PackageType_Addon });
  expect(packages.plugin?.hash).not.toEqual(packages.collector?.hash);
  await ended(world, id, "succeeded");
  const { config, packages: shown } = await inState(world, "in_sync");
  expect(config.wantedHash).toBe(sha256Hex(`${filesHash("one")}\n${hashOf([collector, addon])}`));
  expect(shown).toMatchObject([
    { name: "collector", status: "installed", error: null },
    { name: "plugin", status: "installed" },
  ]);
  agent.hello();
  await agent.next();
  expect(agent.offers).toHaveLength(1);
  expect(agent.packageOffers).toHaveLength(1);
});

it("waits for the slower part, and writes nothing for the progress of a download", async () => {
  const { world, agent } = await enrolled({ onPackages: () => {} });
  const id = await rollOut(world, "one", [collector]);
  await until(
    () => agent.packageOffers.length,
    (offers) => offers === 1,
  );
  const all = hashOf([collector]);
  await inState(world, "applying");
  agent.packages(all, ["collector"], downloading);
  await agent.next();
  const changes = () =>
    runInDurableObject(world.stub, (_, state) =>
      Number(state.storage.sql.exec("SELECT total_changes() AS n").one().n),
    );
  await until(
    () => detail(world),
    ({ packages }) => packages[0]?.status === "downloading",
  );
  const before = await changes();
  for (let percent = 0; percent < 100; percent += 10) {
    agent.say({
      packageStatuses: {
        serverProvidedAllPackagesHash: Uint8Array.from(all.match(/../g) ?? [], (hex) =>
          Number.parseInt(hex, 16),
        ),
        packages: {
          collector: {
            name: "collector",
            status: downloading,
            downloadDetails: { downloadPercent: percent },
          },
        },
      },
    });
    await agent.next();
  }
  expect(await changes()).toBe(before);
  expect(value(await world.stub.getRollout(world.scope, id)).counts.applying).toBe(1);
  agent.packages(all, ["collector"]);
  await ended(world, id, "succeeded");
  await inState(world, "in_sync");
});

it("takes a package that fails for a failure of the whole, latches it, and returns to what was there", async () => {
  let fail = false;
  const { world, agent } = await enrolled({
    onPackages: (self, { allPackagesHash, packages }) => {
      const names = Object.keys(packages);
      if (fail && names.length > 1)
        self.packages(uidToHex(allPackagesHash), names, failed, "checksum differs");
      else self.packages(uidToHex(allPackagesHash), names);
    },
  });
  await ended(world, await rollOut(world, "one", [collector]), "succeeded");
  fail = true;
  const id = await rollOut(world, "one", [collector, addon]);
  const rollout = await ended(world, id, "rolled_back");
  expect(rollout.counts.failed + rollout.counts.reverted).toBeGreaterThan(0);
  expect(agent.packageOffers).toEqual([hashOf([collector]), hashOf([collector, addon]), hashOf([collector])]);
  await until(
    () => detail(world),
    ({ packages }) => packages.every(({ status }) => status === "installed"),
  );
  const { history, config } = await inState(world, "in_sync");
  expect(history.find(({ status }) => status === "failed")?.error).toContain("plugin: checksum differs");
  expect(config.wantedHash).toBe(sha256Hex(`${filesHash("one")}\n${hashOf([collector])}`));
});

it("takes packages away again when the agent returns to a release without any", async () => {
  const { world, agent } = await enrolled({
    onConfig: (self, config) => {
      const hash = uidToHex(config.configHash);
      if (hash === filesHash("two")) self.failed(hash, "line 1: no");
      else self.applied(hash);
    },
  });
  await ended(world, await rollOut(world, "one", []), "succeeded");
  expect(agent.packageOffers).toEqual([]);
  await ended(world, await rollOut(world, "two", [collector]), "rolled_back");
  expect(agent.packageOffers).toEqual([hashOf([collector]), hashOf([])]);
  expect(agent.received.at(-1)?.packagesAvailable?.packages ?? {}).toEqual({});
  expect((await inState(world, "in_sync")).config.wantedHash).toBe(filesHash("one"));
});

it("does not mistake the files that it already runs for the whole target, and offers again what may be lost", async () => {
  const { world, agent, socket } = await enrolled();
  await ended(world, await rollOut(world, "one", []), "succeeded");
  socket.close(1000);
  await until(
    () => detail(world),
    ({ status }) => status === "offline",
  );
  const id = await rollOut(world, "one", [collector]);
  await evictDurableObject(world.stub);
  await world.redial(agent, world.token());
  // A full state: APPLIED for the files, which the target shares.
  agent.hello();
  await ended(world, id, "succeeded");
  expect(agent.packageOffers).toEqual([hashOf([collector])]);
});

it("gives packages alone to an agent that has had no files", async () => {
  const { world, agent } = await enrolled();
  const { release, ...rest } = order("unused");
  const alone = { ...rest, release: { ...release, assignments: [], packages: [collector] } };
  value(await world.stub.startRollout(world.scope, alone));
  await ended(world, alone.id, "succeeded");
  expect(agent.packageOffers).toEqual([hashOf([collector])]);
});

it("gives an agent that takes no packages the files alone", async () => {
  const { world, agent } = await enrolled({ capabilities: usualCapabilities });
  await ended(world, await rollOut(world, "one", [collector]), "succeeded");
  expect(agent.packageOffers).toEqual([]);
  expect((await inState(world, "in_sync")).config.wantedHash).toBe(filesHash("one"));
});

it("shows what an agent reports that takes none, and keeps it bounded", async () => {
  const { world, agent } = await enrolled({ capabilities: [...usualCapabilities, "ReportsPackageStatuses"] });
  agent.say({
    packageStatuses: {
      packages: Object.fromEntries(
        Array.from({ length: 150 }, (_, at) => [
          `p${String(at).padStart(3, "0")}`,
          {
            agentHasVersion: `1.${at}`,
            status: at === 1 ? unknownStatus : installed,
            errorMessage: "x".repeat(5_000),
          },
        ]),
      ),
    },
  });
  const { packages } = await until(
    () => detail(world),
    (one) => one.packages.length > 0,
  );
  expect(packages).toHaveLength(100);
  expect(packages[0]).toMatchObject({
    name: "p000",
    version: "1.0",
    offeredVersion: "",
    status: "installed",
  });
  expect(packages[1]?.status).toBe("install_pending");
  expect(packages[0]?.error).toHaveLength(4096);
  const { items } = value(
    await world.stub.listEvents(world.scope, { limit: 10, type: "agent.packages_changed" }),
  );
  expect(items).toHaveLength(1);
});

it("offers packages to one that polls in the answer, once", async () => {
  const world = await fleetWorld();
  const uid = randomUid();
  let sequence = 0n;
  const poll = async (message: object = {}) => {
    const bits = agentCapability.AcceptsPackages | agentCapability.ReportsPackageStatuses;
    const body = encodeAgentBody({
      instanceUid: uidFromHex(uid),
      sequenceNum: sequence++,
      capabilities: BigInt(0x1003 | bits),
      ...message,
    });
    const answer = await world.poll(world.token(), new Uint8Array(body));
    return decodeServerToAgent(new Uint8Array(await answer.arrayBuffer()));
  };
  await poll({ agentDescription: { identifyingAttributes: [] }, remoteConfigStatus: {} });
  await rollOut(world, "one", [collector]);
  const offer = await poll();
  expect(Object.keys(offer.packagesAvailable?.packages ?? {})).toEqual(["collector"]);
  expect((await poll()).packagesAvailable).toBeUndefined();
});

it("takes no files away by a package alone: who has files that the release does not give keeps all that it runs", async () => {
  const world = await fleetWorld();
  const dialed = [];
  for (const role of ["web", "db"]) {
    const one = await world.dial(world.token({ labels: { role } }), { capabilities: packageCapabilities });
    one.agent.hello();
    await one.agent.next();
    dialed.push(one);
  }
  const [web, db] = dialed.map(({ agent }) => agent);
  await ended(world, await rollOut(world, "one", []), "succeeded");
  const made = order("two", {}, "role=db");
  const next = { ...made, release: { ...made.release, packages: [collector] } };
  const { warnings } = value(await world.stub.previewRollout(world.scope, next));
  expect(warnings.join(" ")).toContain("left out: matched by packages");
  expect(warnings.join()).not.toContain("matched by no assignment");
  value(await world.stub.startRollout(world.scope, next));
  await ended(world, made.id, "succeeded");
  expect(db?.packageOffers).toEqual([hashOf([collector])]);
  expect([web?.offers.length, web?.packageOffers]).toEqual([1, []]);

  const { items } = value(await world.stub.listAgents(world.scope, { sort: "name", limit: 2 }));
  const left = items.find(({ labels }) => labels.role === "web")?.id as AgentId;
  expect(value(await world.stub.explainAgent(world.scope, left)).summary).toContain("would take its files");
  expect(value(await world.stub.renderAgent(world.scope, left, null))).toMatchObject({
    change: "none",
    reasons: [expect.stringContaining("would take its files")],
  });
  const alone = order("three");
  const all = value(
    await world.stub.previewRollout(world.scope, {
      ...alone,
      release: { ...alone.release, assignments: [], packages: [{ ...collector, selector: "role=web" }] },
    }),
  );
  expect(all.warnings.filter((text) => text.includes("left out: matched by packages"))).toHaveLength(1);
  expect(all.warnings.join(" ")).not.toContain("matches no agent");

  // Nor when it comes back to the release that is current by now.
  web?.hello();
  await web?.next();
  expect([web?.offers.length, web?.packageOffers]).toEqual([1, []]);
});
