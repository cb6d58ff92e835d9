import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type AnyValue, type AnyValueSchema, type KeyValue, KeyValueSchema } from "./opamp_pb.js";

/** Values that JSON can carry; int64 outside the safe range become text, bytes become hex. */
export type AttributeValue = string | number | boolean | null | AttributeValue[] | Attributes;
export type Attributes = { [key: string]: AttributeValue };

export function attributesFrom(pairs: readonly KeyValue[]): Attributes {
  return Object.fromEntries(pairs.map((pair) => [pair.key, valueFrom(pair.value)]));
}

function valueFrom(any: AnyValue | undefined): AttributeValue {
  const value = any?.value;
  switch (value?.case) {
    case "stringValue":
    case "boolValue":
    case "doubleValue":
      return value.value;
    case "intValue": {
      const number = Number(value.value);
      return Number.isSafeInteger(number) ? number : value.value.toString();
    }
    case "arrayValue":
      return value.value.values.map(valueFrom);
    case "kvlistValue":
      return attributesFrom(value.value.values);
    case "bytesValue":
      return [...value.value].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    case undefined:
      return null;
  }
}

export function attributesTo(attributes: Attributes): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) =>
    create(KeyValueSchema, { key, value: valueTo(value) }),
  );
}

function valueTo(value: AttributeValue): MessageInitShape<typeof AnyValueSchema> {
  if (value === null) return {};
  if (typeof value === "string") return { value: { case: "stringValue", value } };
  if (typeof value === "boolean") return { value: { case: "boolValue", value } };
  if (typeof value === "number") {
    return Number.isSafeInteger(value)
      ? { value: { case: "intValue", value: BigInt(value) } }
      : { value: { case: "doubleValue", value } };
  }
  if (Array.isArray(value)) return { value: { case: "arrayValue", value: { values: value.map(valueTo) } } };
  return { value: { case: "kvlistValue", value: { values: attributesTo(value) } } };
}
