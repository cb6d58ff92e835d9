import type { Statement } from "../../../domain/tenancy/access.ts";
import type { EffectivePermissions } from "../../../protocol/api/access.ts";
import { showScope } from "../../access-scope.ts";
import { clean, type Style } from "../../output.ts";

export function showVerdict(verdict: "allow" | "partly" | "deny", { color }: Style): string {
  if (verdict === "allow") return color.green("allow");
  return verdict === "deny" ? color.red("deny") : color.yellow("partly");
}

/** `allow agent.*, config.read in project prj_…  (role operator of team payments)` */
export function showStatement({ effect, permissions, within, source }: Statement, style: Style): string {
  const places = within.filter(({ kind }) => kind !== "organization").map(showScope);
  const where = places.length > 0 ? ` in ${places.join(" and ")}` : "";
  return `${showVerdict(effect, style)} ${permissions.join(", ")}${where}  ${style.color.dim(`(${clean(source)})`)}`;
}

export function showPermissions(found: EffectivePermissions, style: Style): string {
  const width = Math.max(0, ...found.permissions.map(({ permission }) => permission.length));
  const lines = [
    `${clean(found.name)}: ${clean(found.roleName)}`,
    ...(found.blocked === null
      ? []
      : [style.color.yellow(`None of it counts at present: ${clean(found.blocked)}`)]),
    "",
    ...found.permissions.map(
      ({ permission, verdict }) => `${permission.padEnd(width)}  ${showVerdict(verdict, style)}`,
    ),
    "",
    style.color.dim("from"),
    ...found.access.flatMap((list, i) => [
      ...(i === 0 ? [] : [style.color.dim("and, for all of it, also")]),
      ...list.map((one) => `  ${showStatement(one, style)}`),
    ]),
  ];
  return lines.join("\n");
}
