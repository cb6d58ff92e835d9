import type { Rights } from "./systemd.ts";

const capabilityName = /^CAP_[A-Z_]+$/;
const groupName = /^[A-Za-z_][\w-]*$/;

/** Why they cannot be given; null = they can. They become part of a unit or of a script. */
export function rightsProblem({ writable, capabilities, groups }: Rights): string | null {
  const folder = writable.find((path) => !path.startsWith("/") || /[\n%]/.test(path));
  if (folder !== undefined) return `--writable ${folder} is not the whole path of a folder`;
  const capability = capabilities.find((name) => !capabilityName.test(name));
  if (capability !== undefined) return `--capability ${capability} is no name such as CAP_NET_BIND_SERVICE`;
  const group = groups.find((name) => !groupName.test(name));
  return group === undefined ? null : `--group ${group} is no name of a group`;
}

/**
 * What the start script sources; null = there is nothing to give. There is no line for `writable`: without a unit
 * nothing is taken away but what the folder's own permissions say.
 */
export function scriptRights({ capabilities, groups }: Rights): string | null {
  const names = capabilities.map((name) => `+${name.replace("CAP_", "").toLowerCase()}`);
  const lines = [
    ...(names.length > 0 ? [`capabilities='${names.join(",")}'`] : []),
    ...(groups.length > 0 ? [`groups='${groups.join(",")}'`] : []),
  ];
  return lines.length === 0 ? null : `${lines.join("\n")}\n`;
}
