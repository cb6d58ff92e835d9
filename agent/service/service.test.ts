import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../../test/harness/until.ts";
import { outcome } from "../commands/install.ts";
import { askLocalStatus, type LocalStatus } from "../local-status.ts";
import { parseSettings } from "../settings.ts";
import { filesSettings } from "../testing/greeter-agent.ts";
import { startAgent } from "../testing/start.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { diagnose } from "./diagnosis.ts";
import { enrolmentProblem } from "./enrolment.ts";
import { settingsText } from "./installation.ts";
import { agentCommand, systemPlaces, userPlaces } from "./places.ts";
import { serviceScript } from "./script.ts";
import { serviceOf } from "./services.ts";
import { noRights, rightsDropIn, systemUnit, userUnit } from "./systemd.ts";
import { atTermination } from "./termination.ts";

const system = systemPlaces(() => false);
const user = userPlaces({ HOME: "/home/ada" });

describe("places", () => {
  it("are below the home folder without root, by the XDG variables where they are set", () => {
    const { binary, settings, stateDir, script, unit } = user;
    for (const path of [binary, settings, stateDir, script, unit]) expect(path).toMatch(/^\/home\/ada\//);
    const moved = userPlaces({ HOME: "/home/ada", XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s" });
    expect(moved).toMatchObject({ settings: "/c/muster-agent/agent.yaml", stateDir: "/s/muster-agent" });
  });

  it("are the package's where a package brought the binary", () => {
    expect(systemPlaces(() => true).binary).toBe("/usr/bin/muster-agent");
    expect(system.binary).toBe("/usr/local/bin/muster-agent");
  });
});

describe("units", () => {
  it("start what was installed, and never as root", () => {
    const unit = systemUnit(system);
    expect(unit).toContain(
      "ExecStart=/usr/local/bin/muster-agent run --config /etc/muster-agent/agent.yaml\n",
    );
    expect(unit).toContain("User=muster-agent\n");
    expect(unit).toContain("CapabilityBoundingSet=\n");
    expect(userUnit(user)).not.toContain("User=");
  });

  it("leave the program alone when the agent stops, and let the agent end it with the host", () => {
    for (const unit of [systemUnit(system), userUnit(user)]) {
      expect(unit).toContain("KillMode=process\nEnvironment=MUSTER_AGENT_LEAVES_PROGRAM=yes\n");
      // It would take what a program shares with its workers.
      expect(unit).not.toContain("RemoveIPC");
    }
    expect(systemUnit(system)).toMatch(/^After=.*\bdbus\.service$/m);
    const service = { MUSTER_AGENT_LEAVES_PROGRAM: "yes" };
    expect(atTermination(service, () => false)).toBe("stays");
    expect(atTermination(service, () => true)).toBe("ends");
    expect(atTermination({}, () => false)).toBe("ends");
    expect(atTermination({ MUSTER_AGENT_LEAVES_PROGRAM: "no" }, () => false)).toBe("ends");
  });

  it("get rights back by name only", () => {
    expect(rightsDropIn(noRights)).toBeNull();
    const given = { writable: ["/etc/haproxy"], capabilities: ["CAP_NET_BIND_SERVICE"], groups: ["docker"] };
    expect(rightsDropIn(given)).toBe(
      [
        "[Service]",
        "ReadWritePaths=/etc/haproxy",
        "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
        "AmbientCapabilities=CAP_NET_BIND_SERVICE",
        "SupplementaryGroups=docker",
        "",
      ].join("\n"),
    );
  });
});

describe("the service script", () => {
  it("is sound for every path a home folder may have", () => {
    const odd = userPlaces({ HOME: "/home/o'brien and $(touch /tmp/x)" });
    const checked = spawnSync("sh", ["-n"], { input: serviceScript(odd), encoding: "utf8" });
    expect(checked).toMatchObject({ status: 0, stderr: "" });
    const told = spawnSync("sh", ["-s", "start"], { input: serviceScript(odd), encoding: "utf8" });
    expect(told.stderr).toContain("/home/o'brien and $(touch /tmp/x)/.local/bin/muster-agent is not there");
    expect(told.status).toBe(5);
  });

  it("says what to do before there is an endpoint", () => {
    const home = temporaryFolder();
    const places = userPlaces({ HOME: home });
    mkdirSync(join(home, ".local/bin"), { recursive: true });
    writeFileSync(places.binary, "#!/bin/sh\n", { mode: 0o755 });
    const told = spawnSync("sh", ["-s", "start"], { input: serviceScript(places), encoding: "utf8" });
    expect(told.stderr).toContain("names no endpoint yet; run: muster-agent install --help");
    expect(told.status).toBe(6);
  });
});

describe("settings written by install", () => {
  const wishes = {
    endpoint: "wss://muster.example/v1/opamp",
    token: "t",
    name: "web-1",
    labels: { role: "web" },
  };

  it("can be read, and never hold the token", () => {
    const text = settingsText("", "/var/lib/muster-agent", { ...wishes, token: "a-secret-token" });
    expect(text).not.toContain("a-secret-token");
    expect(parseSettings(text, "/etc/muster-agent/agent.yaml", {})).toMatchObject({
      endpoint: wishes.endpoint,
      name: "web-1",
      labels: { role: "web" },
      stateDir: "/var/lib/muster-agent",
    });
  });

  it("keep what a person wrote, comments too", () => {
    const present =
      "# ours\nendpoint: wss://old.example/v1/opamp\nstateDir: /data # on the big disk\nlabels:\n  site: berlin\n";
    const text = settingsText(present, "/var/lib/muster-agent", { ...wishes, name: null });
    expect(text).toContain(
      "# ours\nendpoint: wss://muster.example/v1/opamp\nstateDir: /data # on the big disk\n",
    );
    expect(parseSettings(text, "agent.yaml", {}).labels).toEqual({ site: "berlin", role: "web" });
    expect(settingsText(text, "/var/lib/muster-agent", { ...wishes, name: null })).toBe(text);
  });

  it("refuse to touch a file that cannot be read", () => {
    expect(() => settingsText("a: [", "/s", wishes)).toThrow("not readable as YAML");
  });
});

describe("the doctor", () => {
  const about = async (text: string, stateDir = temporaryFolder()) => {
    const file = join(temporaryFolder(), "agent.yaml");
    writeFileSync(file, text);
    return diagnose({
      places: userPlaces({ HOME: temporaryFolder() }),
      settingsFile: file,
      settings: parseSettings(text, file, {}),
      settingsProblem: null,
      stateDir,
    });
  };
  const problems = async (text: string, stateDir = temporaryFolder()) =>
    (await about(text, stateDir))
      .filter(({ result }) => result === "problem")
      .map((one) => `${one.about}: ${one.text}`);

  it("names a server that cannot be reached, a program that is missing, and an agent that does not run", async () => {
    const found = await problems(
      "endpoint: ws://127.0.0.1:9/v1/opamp\nsupervise: {command: no-such-program-here}\n",
    );
    expect(found).toEqual([
      "program: no-such-program-here is not in the PATH",
      expect.stringMatching(/^server: 127\.0\.0\.1:9 cannot be reached: /),
      "agent: it does not run",
    ]);
  });

  it("names a state folder that others may look into", async () => {
    const folder = join(temporaryFolder(), "state");
    mkdirSync(folder, { mode: 0o755 });
    const found = await about("endpoint: ws://127.0.0.1:9/v1/opamp\n", folder);
    expect(found).toContainEqual(
      expect.objectContaining({ about: "state", result: "problem", fix: `chmod 700 ${folder}` }),
    );
  });

  it("names the folder of supervise.cwd that is missing, and a whole path where nothing is", async () => {
    const found = await about(
      "endpoint: ws://127.0.0.1:9/v1/opamp\nsupervise: {command: /nope/prog, cwd: /nope/there}\n",
    );
    expect(found).toContainEqual(
      expect.objectContaining({ result: "problem", text: "/nope/prog is not there, or is no program" }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        result: "problem",
        text: expect.stringMatching(/^the folder \/nope\/there of supervise\.cwd does not exist/),
        fix: expect.stringMatching(/^make it, or change it in \/.*agent\.yaml$/),
      }),
    );
  });

  it("names a state folder that its owner may not write into", async () => {
    const folder = join(temporaryFolder(), "state");
    mkdirSync(folder, { mode: 0o500 });
    expect(await problems("endpoint: ws://127.0.0.1:9/v1/opamp\n", folder)).toContain(
      `state: nobody may write into ${folder}`,
    );
  });

  it("says that the agent was decommissioned, and that only another token helps", async () => {
    const folder = temporaryFolder();
    const retired = { reason: "machine sold", tokenHash: "" };
    writeFileSync(join(folder, "state.json"), JSON.stringify({ version: 1, connection: null, retired }));
    const found = await about("endpoint: ws://127.0.0.1:9/v1/opamp\n", folder);
    expect(found).toContainEqual({
      about: "connection",
      result: "problem",
      text: "this agent was decommissioned (machine sold), and dials no more",
      fix: expect.stringContaining("a new enrolment token, not the one that it once enrolled with"),
    });
    expect(found.map((one) => one.about)).not.toContain("credential");
  });

  it("says that an agent that never enrolled cannot start without a token", async () => {
    const found = await about("endpoint: ws://127.0.0.1:9/v1/opamp\n", temporaryFolder());
    const agent = found.find((one) => one.about === "agent");
    expect(agent?.fix).toMatch(/install --user --token …: without a token/);
  });

  it("says which endpoint is meant where something else answers at this one", async () => {
    const web = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
    onTestFinished(() => void web.close());
    await once(web, "listening");
    const { port } = web.address() as AddressInfo;
    const endpoint = `ws://127.0.0.1:${port}/`;
    const folder = temporaryFolder();
    await startAgent(filesSettings(endpoint, folder));
    await until("a refusal", async () => (await askLocalStatus(folder))?.connection.problem);
    const found = await about(`endpoint: ${endpoint}\n`, folder);
    expect(found).toContainEqual({
      about: "connection",
      result: "problem",
      text: `${endpoint} answered 200: no Muster answers at this endpoint`,
      fix: expect.stringMatching(
        new RegExp(`^write endpoint: ws://127.0.0.1:${port}/v1/opamp into /.*agent.yaml, and start`),
      ),
    });
  });

  it("names an endpoint that is no URL", async () => {
    expect(await problems("endpoint: muster.example\n")).toContain(
      'server: the endpoint "muster.example" is not a URL that starts with wss:// or ws://',
    );
  });

  it("warns of a connection that is not encrypted", async () => {
    const found = await about("endpoint: ws://muster.invalid/v1/opamp\n");
    expect(found).toContainEqual(expect.objectContaining({ result: "warning", fix: "use wss://" }));
  });
});

describe("an installation that cannot connect", () => {
  const wishes = { endpoint: "wss://muster.example/v1/opamp", token: null, start: true };
  const fresh = () => userPlaces({ HOME: temporaryFolder() });
  const withState = (state: object) => {
    const places = fresh();
    mkdirSync(places.stateDir, { recursive: true });
    writeFileSync(join(places.stateDir, "state.json"), JSON.stringify(state));
    return places;
  };

  it("is refused before anything is changed, with what it lacks", () => {
    expect(enrolmentProblem(fresh(), null, wishes)).toContain("it needs an enrolment token");
    expect(enrolmentProblem(fresh(), null, { ...wishes, endpoint: null })).toContain(
      "it needs to know where to dial",
    );
  });

  it("is none where a token is given or kept, where it has enrolled, and where it is not started", () => {
    expect(enrolmentProblem(fresh(), null, { ...wishes, token: "t" })).toBeNull();
    expect(enrolmentProblem(fresh(), null, { ...wishes, start: false })).toBeNull();
    const enrolled = withState({ connection: { endpoint: "wss://muster.example/v1/opamp" } });
    expect(enrolmentProblem(enrolled, null, { ...wishes, endpoint: null })).toBeNull();
    const kept = fresh();
    mkdirSync(kept.configFolder, { recursive: true });
    writeFileSync(kept.environment, "MUSTER_TOKEN=t\n");
    expect(enrolmentProblem(kept, null, wishes)).toBeNull();
  });

  it("is refused with the token that a decommissioned agent once enrolled with, and with no other", () => {
    const tokenHash = createHash("sha256").update("once").digest("hex");
    const places = withState({ connection: null, retired: { reason: "machine sold", tokenHash } });
    expect(enrolmentProblem(places, null, { ...wishes, token: "once" })).toMatch(
      /decommissioned \(machine sold\), and this is the token that it once enrolled with\. Make a new one/,
    );
    expect(enrolmentProblem(places, null, { ...wishes, token: "another" })).toBeNull();
  });

  it.each([
    [
      "a decommissioned agent",
      { retired: { reason: "machine sold", stopped: false } },
      /decommissioned \(machine sold\), and dials no more\. Make a new enrolment token and run: .*install --user --token/,
    ],
    [
      "a token that is used up",
      {
        connection: {
          open: false,
          since: null,
          problem:
            "the connection was closed (1008: The enrolment token is used up (1 of 1 agent): ask for a new one)",
        },
      },
      /used up \(1 of 1 agent\).*Make a new enrolment token and run: /,
    ],
  ])("says of %s what helps", (_, told, words) => {
    const places = fresh();
    const status = {
      ...({
        version: "1.0.0",
        connection: { open: false, since: null, problem: null },
        retired: null,
      } as LocalStatus),
      ...told,
    };
    expect(outcome(places, serviceOf("script", places), status)).toMatch(words);
  });

  it("is told with the whole path where the shell would not find the program", () => {
    const places = fresh();
    expect(agentCommand(places, "/usr/bin:/bin")).toBe("muster-agent");
    mkdirSync(dirname(places.binary), { recursive: true });
    writeFileSync(places.binary, "");
    expect(agentCommand(places, "/usr/bin:/bin")).toBe(places.binary);
    expect(agentCommand(places, `/usr/bin:${dirname(places.binary)}`)).toBe("muster-agent");
  });
});
