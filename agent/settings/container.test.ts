import { expect, test } from "vitest";
import { parseSettings, SettingsError } from "../settings.ts";

const parse = (text: string) => parseSettings(text, "/etc/muster/agent.yaml", { HOME: "/root" });

function problemsOf(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof SettingsError)
      return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

test("the container driver needs nothing beside it", () => {
  const { containers, supervise } = parse("supervise: {driver: container}");
  expect(supervise).toBeNull();
  expect(containers).toEqual({
    engine: "unix:///var/run/docker.sock",
    registries: {},
    project: null,
    prune: true,
    drainMs: 10_000,
    stopGraceMs: 10_000,
    pullTimeoutMs: 600_000,
  });
});

test("all of its settings", () => {
  const { containers } = parse(`
supervise:
  driver: container
  engine: unix:///run/podman/podman.sock
  registries:
    registry.example.com:5000: {username: puller, passwordFile: password}
  project: shop
  prune: false
  drainSeconds: 1
  stopGraceSeconds: 2
  pullTimeoutSeconds: 3
`);
  expect(containers).toEqual({
    engine: "unix:///run/podman/podman.sock",
    registries: { "registry.example.com:5000": { username: "puller", passwordFile: "/etc/muster/password" } },
    project: "shop",
    prune: false,
    drainMs: 1_000,
    stopGraceMs: 2_000,
    pullTimeoutMs: 3_000,
  });
});

test.each([
  ["engine: tcp://10.0.0.1:2375", 'the engine "tcp://10.0.0.1:2375" must be a socket of this host'],
  ["project: Shop!", '"supervise.project" has letters a-z'],
  ["prune: maybe", '"supervise.prune" must be true or false'],
  [
    "registries: {a.example: {username: x}}",
    '"supervise.registries.a.example" needs "username" and "passwordFile"',
  ],
  ["registries: {a.example: {username: x, password: y}}", 'unknown key "password"'],
  ["command: nginx", 'unknown key "command" in "supervise" with driver container'],
])("%s is refused", (line, words) => {
  expect(problemsOf(`supervise:\n  driver: container\n  ${line}\n`).join()).toContain(`3: ${words}`);
});
