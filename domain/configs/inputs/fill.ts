import type { Labels } from "../../fleets/agent-state.ts";
import { fillTemplate, type InputType, type InputValue, type Slot, type Template } from "./template.ts";
import { chooser, type FrozenInputs } from "./values.ts";

/** What a placeholder stands for in one file; a secret by its version alone. */
export type ChosenValue =
  | { type: InputType; text: string }
  | { secret: string; versionId: string; version: number };

/** By placeholder: `var:NAME`, `secret:NAME`, `agent:label`. */
export type ChosenValues = Record<string, ChosenValue>;

export type ChosenSecret = Extract<ChosenValue, { secret: string }>;

const keyOf = ({ namespace, name }: Pick<Slot, "namespace" | "name">): string => `${namespace}:${name}`;

/**
 * Answers what a template's placeholders stand for on one agent after another. Names without a value are left out.
 * @throws InputConflictError
 */
export function valueChooser({
  variables,
  secrets,
}: FrozenInputs): (template: Template, labels: Labels) => ChosenValues {
  const variable = chooser(variables);
  const secret = chooser(secrets);
  const choose = ({ namespace, name }: Slot, labels: Labels): ChosenValue | null => {
    if (namespace === "agent") {
      const text = Object.hasOwn(labels, name) ? labels[name] : undefined;
      return text === undefined ? null : { type: "string", text };
    }
    if (namespace === "var") {
      const row = variable(name, labels);
      return row && { type: row.type, text: row.value };
    }
    const row = secret(name, labels);
    return row && { secret: row.name, versionId: row.versionId, version: row.version };
  };
  return (template, labels) => {
    const values: ChosenValues = {};
    for (const slot of template.slots) {
      const key = keyOf(slot);
      if (Object.hasOwn(values, key)) continue;
      const value = choose(slot, labels);
      if (value) values[key] = value;
    }
    return values;
  };
}

/**
 * The file's text, with each secret as `secretText` writes it.
 * @throws InputError for a placeholder without a value, or one whose value cannot stand in its place
 */
export function fillFile(
  template: Template,
  values: ChosenValues,
  secretText: (secret: ChosenSecret) => string,
): string {
  return fillTemplate(template, (slot): InputValue | null => {
    const key = keyOf(slot);
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (!value) return null;
    return "secret" in value ? { type: "string", text: secretText(value) } : value;
  });
}

/** For the file's hash: says which version stands there, and nothing of what it holds. */
export const secretMark = ({ secret, versionId }: ChosenSecret): string =>
  `\uE001secret ${secret} ${versionId}\uE001`;

/** For people. */
export const maskedSecret = ({ secret, version }: Pick<ChosenSecret, "secret" | "version">): string =>
  `••••••(${secret} v${version})`;
