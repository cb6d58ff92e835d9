/** Installs the Debian packages that the host suite drives (once), then runs the suite. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./runtime/paths.ts";

/** Debian package → a program that it brings. */
const wanted: Record<string, string> = {
  "docker-registry": "docker-registry",
  "docker.io": "dockerd",
  podman: "podman",
  catatonit: "catatonit",
  "containernetworking-plugins": "/usr/lib/cni/bridge",
  "golang-github-containernetworking-plugin-dnsname": "/usr/lib/cni/dnsname",
  "busybox-static": "busybox",
  iproute2: "ip",
  haproxy: "haproxy",
  "nginx-light": "nginx",
  caddy: "caddy",
  prometheus: "prometheus",
  rpm: "rpmbuild",
  systemd: "systemd-analyze",
  procps: "top",
  curl: "curl",
  openssl: "openssl",
  vim: "vim",
  "systemd-journal-remote": "/lib/systemd/systemd-journal-remote",
  zsh: "zsh",
  fish: "fish",
};

const present = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const missing = Object.entries(wanted)
  .filter(([, program]) => !present(program))
  .map(([name]) => name);

if (missing.length > 0) {
  console.log(`Installing Debian packages for the host suite: ${missing.join(", ")}`);
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const run = (command: string[]) => {
    const [program = "", ...args] = [...asRoot, ...command];
    return spawnSync(program, args, {
      stdio: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status;
  };
  if (
    run(["apt-get", "update", "-q"]) !== 0 ||
    run(["apt-get", "install", "-y", "-q", "--no-install-recommends", ...missing]) !== 0
  ) {
    console.error(
      `The host suite needs ${missing.join(", ")}, which could not be installed here. It takes a Debian-like system and root (or passwordless sudo): apt-get install -y --no-install-recommends ${missing.join(" ")}`,
    );
    process.exit(1);
  }
}

const tests = spawnSync(
  process.execPath,
  [join(root, "scripts/test.ts"), "hosts", ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
  },
);
process.exit(tests.status ?? 1);
