import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { FileSettings } from "../settings.ts";
import type { Places } from "./places.ts";
import type { Step } from "./services.ts";

/** Of Linux 5.14 and later; see `agent/drivers/hand-over.ts`. The hardened unit lets the agent only read it. */
const setting = "/proc/sys/net/ipv4/tcp_migrate_req";

const fileText = `# Written by "muster-agent install": connections that wait while Caddy reloads are handed over.
-net.ipv4.tcp_migrate_req = 1
`;

/** The program's reload drops connections that wait, unless the kernel hands them over. */
const wantsHandOver = (settings: FileSettings | null) => settings?.supervise?.handOver === true;

/** What root does for the program of these settings, now and for the next start of the host. */
export function sysctlSteps({ sysctl }: Places, settings: FileSettings | null, now = setting): Step[] {
  if (sysctl === null || !wantsHandOver(settings) || !existsSync(now)) return [];
  return [
    {
      what: `write ${sysctl}`,
      act: () => {
        mkdirSync(dirname(sysctl), { recursive: true, mode: 0o755 });
        writeFileSync(sysctl, fileText, { mode: 0o644 });
        try {
          writeFileSync(now, "1");
        } catch {
          // In a container, say: the doctor tells of it, and the agent does.
        }
      },
    },
  ];
}

export function sysctlRemoval({ sysctl }: Places): Step[] {
  if (sysctl === null || !existsSync(sysctl)) return [];
  return [{ what: `remove ${sysctl}`, act: () => rmSync(sysctl, { force: true }) }];
}

/** Whether the kernel could hand connections over for the program of these settings, and does not. */
export function lacksHandOver(settings: FileSettings | null, now = setting): boolean {
  return wantsHandOver(settings) && existsSync(now) && readFileSync(now, "utf8").trim() !== "1";
}
