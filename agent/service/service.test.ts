import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseSettings } from "../settings.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { diagnose } from "./diagnosis.ts";
import { settingsText } from "./installation.ts";
import { systemPlaces, userPlaces } from "./places.ts";
import { serviceScript } from "./script.ts";
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
  const problems = async (text: string) =>
    (await about(text))
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

  it("warns of a connection that is not encrypted", async () => {
    const found = await about("endpoint: ws://muster.invalid/v1/opamp\n");
    expect(found).toContainEqual(expect.objectContaining({ result: "warning", fix: "use wss://" }));
  });
});
