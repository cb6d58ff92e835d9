import type { EnvironmentId, ProjectId } from "../../../domain/ids.ts";
import type { Scope } from "../../../domain/tenancy/access.ts";

/** A scope while it is being chosen: empty texts where nothing is chosen yet. */
export interface ScopeDraft {
  kind: Scope["kind"];
  projectId: ProjectId | "";
  environmentId: EnvironmentId | "";
  selector: string;
}

export const wholeOrganization: ScopeDraft = {
  kind: "organization",
  projectId: "",
  environmentId: "",
  selector: "",
};

export const scopeDraft = (scope: Scope): ScopeDraft => ({ ...wholeOrganization, ...scope });

/** As the API takes it; null while something is still to be chosen. */
export function scopeOf({ kind, projectId, environmentId, selector }: ScopeDraft): Scope | null {
  switch (kind) {
    case "organization":
      return { kind };
    case "project":
      return projectId === "" ? null : { kind, projectId };
    case "environment":
      return projectId === "" || environmentId === "" ? null : { kind, projectId, environmentId };
    case "agents":
      return selector.trim() === "" ? null : { kind, selector: selector.trim() };
  }
}
