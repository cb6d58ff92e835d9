import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseSettings } from "../settings.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { systemPlaces, userPlaces } from "./places.ts";
import { lacksHandOver, sysctlRemoval, sysctlSteps } from "./sysctl.ts";

const settings = (text: string) => parseSettings(`supervise: ${text}\n`, "/etc/muster-agent/agent.yaml", {});

it("asks the kernel for what Caddy needs, now and for good, and takes it back", () => {
  const folder = temporaryFolder();
  const now = join(folder, "tcp_migrate_req");
  writeFileSync(now, "0\n");
  const places = { ...systemPlaces(() => false), sysctl: join(folder, "sysctl.d/50-muster-agent.conf") };
  const caddy = settings("{driver: caddy}");
  expect(lacksHandOver(caddy, now)).toBe(true);
  for (const { act } of sysctlSteps(places, caddy, now)) act();
  expect(lacksHandOver(caddy, now)).toBe(false);
  expect(readFileSync(places.sysctl, "utf8")).toContain("-net.ipv4.tcp_migrate_req = 1\n");
  for (const { act } of sysctlRemoval(places)) act();
  expect(existsSync(places.sysctl)).toBe(false);
});

it.each([
  ["another program", "{driver: haproxy}"],
  ["a Caddy whose operator wants none of it", "{driver: caddy, handOver: false}"],
])("leaves the kernel alone for %s", (_, text) => {
  const now = join(temporaryFolder(), "tcp_migrate_req");
  writeFileSync(now, "0\n");
  expect(
    sysctlSteps(
      systemPlaces(() => false),
      settings(text),
      now,
    ),
  ).toEqual([]);
  expect(lacksHandOver(settings(text), now)).toBe(false);
});

it("leaves it alone where the kernel knows nothing of it, and where only root could ask", () => {
  const now = join(temporaryFolder(), "tcp_migrate_req");
  expect(
    sysctlSteps(
      systemPlaces(() => false),
      settings("{driver: caddy}"),
      now,
    ),
  ).toEqual([]);
  expect(lacksHandOver(settings("{driver: caddy}"), now)).toBe(false);
  writeFileSync(now, "0\n");
  expect(sysctlSteps(userPlaces({ HOME: "/home/ada" }), settings("{driver: caddy}"), now)).toEqual([]);
});
