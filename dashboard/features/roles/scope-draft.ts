import type { Scope } from "../../../domain/tenancy/access.ts";

/** A scope while it is being chosen: empty texts where nothing is chosen yet. */
export interface ScopeDraft {
  kind: Scope["kind"];
  projectId: string;
  environmentId: string;
  selector: string;
}

export const wholeOrganization: ScopeDraft = {
  kind: "organization",
  projectId: "",
  environmentId: "",
  selector: "",
};

export const scopeDraft = (scope: Scope): ScopeDraft => ({ ...wholeOrganization, ...scope });

/** As the API takes it. */
export function scopeBody({ kind, projectId, environmentId, selector }: ScopeDraft): Record<string, string> {
  switch (kind) {
    case "organization":
      return { kind };
    case "project":
      return { kind, projectId };
    case "environment":
      return { kind, projectId, environmentId };
    case "agents":
      return { kind, selector: selector.trim() };
  }
}

/** Said before the server is asked: what is not chosen yet. */
export function isComplete({ kind, projectId, environmentId, selector }: ScopeDraft): boolean {
  if (kind === "project") return projectId !== "";
  if (kind === "environment") return projectId !== "" && environmentId !== "";
  return kind !== "agents" || selector.trim() !== "";
}
