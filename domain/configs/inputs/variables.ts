import { refuse } from "../../errors.ts";
import type { InputType, InputValue } from "./template.ts";

/** Characters of one value's text at most. It lies in each release and render that has it. */
export const maxVariableChars = 32 * 1024;

/** Lists and objects in each other at most. */
const maxDepth = 50;

function typeOf(value: unknown): InputType {
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" ? type : "json";
}

/** Without recursion, so that no depth ends it. */
function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= maxDepth; depth++) {
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}

const refuseValue = (detail: string, message: string): never =>
  refuse("validation_failed", detail, [{ path: "value", message }]);

const articles: Record<InputType, string> = {
  string: "a string, in quotes",
  number: "a number, without quotes",
  boolean: "true or false, without quotes",
  json: "any JSON",
};

/**
 * A JSON value, as the API carries it, as it is stored: a string as it is, anything else as its JSON.
 * @throws DomainError `validation_failed`: it is not of its type, too long, or not well-formed Unicode
 */
export function encodeVariable(value: unknown, type: InputType = typeOf(value)): InputValue {
  if (value === undefined) refuseValue('The value is missing. Send one; an empty one is "".', "is needed");
  if (type !== "json" && typeOf(value) !== type) {
    refuseValue(
      `The value is not of type ${type}. Write ${articles[type]}, or choose another type.`,
      `must be ${articles[type]}`,
    );
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    refuseValue(
      "The number has more digits than JSON numbers keep. Write it as a string, in quotes.",
      "has more digits than are kept",
    );
  }
  if (isTooDeep(value)) {
    refuseValue(`The value nests deeper than ${maxDepth}. Make it flatter.`, `nests deeper than ${maxDepth}`);
  }
  const text = type === "string" ? String(value) : JSON.stringify(value);
  if (text.length > maxVariableChars) {
    refuseValue(
      `The value has ${text.length} characters; at most ${maxVariableChars} are possible. Make it a config of its own.`,
      `has ${text.length} characters; at most ${maxVariableChars}`,
    );
  }
  if (!text.isWellFormed()) {
    refuseValue(
      "The value holds half of a surrogate pair. Send well-formed Unicode.",
      "holds half of a surrogate pair, which is no character",
    );
  }
  return { type, text };
}

/** The value as the API carries it. */
export const decodeVariable = ({ type, text }: InputValue): unknown =>
  type === "string" ? text : JSON.parse(text);
