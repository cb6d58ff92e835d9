import type { AgentFacts, ComponentRole } from "../facts.ts";
import type { Findings } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import { findComponent, namesOfType } from "./components.ts";
import { knownTypes, removedTypes } from "./known-types.ts";
import { article } from "./pipelines.ts";
import { type Defined, roles, type Sections, sectionOf } from "./sections.ts";
import { shorten } from "./values.ts";

/** Whether the programs have the components that a config defines: by what agents say, or by the names that exist. */
export function checkTypes(
  { components }: Pick<Sections, "components">,
  facts: AgentFacts | undefined,
  findings: Findings,
): void {
  for (const role of roles) {
    for (const component of components[role]?.values() ?? []) {
      if (facts?.components) checkAvailable(component, facts.components, findings);
      else checkKnown(component, findings);
    }
  }
}

function checkAvailable(
  { role, type, id, at, path }: Defined,
  { agents, byRole }: NonNullable<AgentFacts["components"]>,
  findings: Findings,
): void {
  const known = byRole[role];
  const have = Math.max(
    ...namesOfType(role, type).map((name) => (Object.hasOwn(known, name) ? (known[name] ?? 0) : 0)),
  );
  if (have === agents) return;
  const of =
    agents === 1 ? "The agent that says what it has" : `None of the ${agents} agents that say what they have`;
  if (have > 0) {
    findings.add({
      severity: "warning",
      code: "component_not_everywhere",
      message: `${agents - have} of ${agents} agents do not have the ${role} "${type}".`,
      at,
      path,
      hint: "Assign the config only to those that have it, by a selector, or upgrade the others.",
    });
    return;
  }
  findings.add({
    code: "component_not_available",
    message:
      agents === 1
        ? `${of} lacks the ${role} "${shorten(type)}".`
        : `${of} has the ${role} "${shorten(type)}".`,
    at,
    path,
    hint: () => {
      const names = Object.keys(known).sort();
      const meant = nearest(type, names);
      if (meant) return `Did you mean \`${meant}\`?`;
      return names.length > 0
        ? `They have: ${listNames(names, 20)}.`
        : `They report no ${sectionOf[role]}. Is "${shorten(id)}" needed?`;
    },
  });
}

function checkKnown({ role, type, at, path }: Defined, findings: Findings): void {
  if (findComponent(role, type) || knownTypes[role].has(type)) return;
  const successor = removedTypes.get(`${role} ${type}`);
  if (successor !== undefined) {
    findings.add({
      severity: "warning",
      code: "removed_component",
      message: `The ${role} "${type}" is gone from current collectors.`,
      at,
      path,
      hint: `Use ${successor}.`,
    });
    return;
  }
  const elsewhere = otherRole(role, type);
  if (elsewhere) {
    findings.add({
      code: "wrong_section",
      message: `"${type}" is ${article(elsewhere)} ${elsewhere}, and stands below ${sectionOf[role]}.`,
      at,
      path,
      hint: `Move it below \`${sectionOf[elsewhere]}:\`.`,
    });
    return;
  }
  findings.add({
    severity: "warning",
    code: "unknown_component",
    message: `Muster knows no ${role} "${shorten(type)}", so its settings are not checked.`,
    at,
    path,
    hint: () => {
      const meant = nearest(type, knownTypes[role]);
      return meant
        ? `Did you mean \`${meant}\`?`
        : "Check the name. Where agents say which components they have, name their fleet to check against them.";
    },
  });
}

function otherRole(role: ComponentRole, type: string): ComponentRole | undefined {
  return roles.find(
    (one) => one !== role && (findComponent(one, type) !== null || knownTypes[one].has(type)),
  );
}
