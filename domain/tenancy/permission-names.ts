import { nearest } from "../configs/suggest.ts";
import { isPermissionPattern, permissions } from "./permissions.ts";

const nouns = [...new Set(permissions.map((one) => `${one.split(".")[0]}.*`))];

/** What is wrong with a name that is no permission, with the one that was likely meant; null = it is one. */
export function permissionNameProblem(name: string): string | null {
  if (isPermissionPattern(name)) return null;
  const meant = nearest(name, [...permissions, ...nouns]);
  const fix = meant ? `did you mean ${meant}?` : "see `muster access permissions` or GET /v1/permissions";
  return `"${name}" is not a permission, all of a noun such as rollout.*, or *; ${fix}`;
}
