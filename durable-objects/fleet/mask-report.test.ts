import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { secretMask } from "../../domain/secrets/mask.ts";
import { type AgentToServer, AgentToServerSchema } from "../../protocol/opamp/opamp_pb.js";
import { maskReport } from "./mask-report.ts";
import { hiddenText } from "./secrets.ts";

const value = 'correct "horse" ü';
const masked = "••••••(TOKEN v1)";
const mask = secretMask([{ secret: "TOKEN", version: 1, text: value }]);
const bytes = (text: string) => new TextEncoder().encode(text);

function reported(message: MessageInitShape<typeof AgentToServerSchema>): AgentToServer {
  const made = create(AgentToServerSchema, message);
  maskReport(made, mask);
  return made;
}

const fileOf = (body: Uint8Array) =>
  reported({ effectiveConfig: { configMap: { configMap: { "app.yaml": { body } } } } }).effectiveConfig
    ?.configMap?.configMap["app.yaml"]?.body;

const text = (value: string) => ({ value: { case: "stringValue" as const, value } });

describe("what an agent reports", () => {
  it.each<[string, MessageInitShape<typeof AgentToServerSchema>]>([
    ["health", { health: { healthy: false, lastError: `no ${value}`, status: `bad ${value}` } }],
    [
      "health of a component, however deep",
      { health: { componentHealthMap: { a: { componentHealthMap: { b: { lastError: `no ${value}` } } } } } },
    ],
    ["the config's status", { remoteConfigStatus: { errorMessage: JSON.stringify({ value }) } }],
    [
      "packages",
      { packageStatuses: { errorMessage: value, packages: { p: { name: "p", errorMessage: value } } } },
    ],
    ["connection settings", { connectionSettingsStatus: { errorMessage: `cannot dial ${value}` } }],
    [
      "its description",
      { agentDescription: { nonIdentifyingAttributes: [{ key: "note", value: text(value) }] } },
    ],
    [
      "lists within its description",
      {
        agentDescription: {
          identifyingAttributes: [
            { key: "list", value: { value: { case: "arrayValue", value: { values: [text(value)] } } } },
          ],
        },
      },
    ],
    ["what a custom message calls a key", { customMessage: { data: bytes(JSON.stringify({ key: value })) } }],
    ["a custom message", { customMessage: { data: bytes(JSON.stringify({ deep: [{ said: value }] })) } }],
  ])("is masked: %s", (_, message) => {
    const said = JSON.stringify(reported(message), (_key, one) =>
      one instanceof Uint8Array ? new TextDecoder().decode(one) : typeof one === "bigint" ? `${one}` : one,
    );
    expect(said).toContain(masked);
    expect(said).not.toContain("horse");
  });

  it("is masked in files, also in those that are no UTF-8", () => {
    expect(new TextDecoder().decode(fileOf(bytes(`a: ${value}\n`)))).toBe(`a: ${masked}\n`);
    const wrong = new Uint8Array([0xff, ...bytes(`\n${value}\n`)]);
    expect(new TextDecoder().decode(fileOf(wrong))).toBe(`\ufffd\n${masked}\n`);
    const latin = new Uint8Array(Buffer.from(`a: ${value}\n`, "latin1"));
    expect(new TextDecoder().decode(fileOf(latin))).toBe(`a: ${masked}\n`);
  });

  it.each(["\ufeff", ""])("is masked in files of UTF-16, which Windows writes (%j before)", (mark) => {
    const little = Buffer.from(`${mark}a: ${value}\n`, "utf16le");
    for (const body of [little, Buffer.from(little).swap16()]) {
      const said = new TextDecoder().decode(fileOf(new Uint8Array(body)));
      expect(said).toContain(`a: ${masked}\n`);
      expect(said).not.toContain("horse");
    }
  });

  it("is the very same where it holds none", () => {
    const body = bytes("a: b\n");
    expect(fileOf(body)).toBe(body);
    const data = bytes("not JSON");
    expect(reported({ customMessage: { data } }).customMessage?.data).toBe(data);
  });

  it("leaves labels and names as they are known while no secret can be recognised", () => {
    const message = create(AgentToServerSchema, {
      agentDescription: {
        nonIdentifyingAttributes: [{ key: "muster.label.region", value: text("eu-central-1") }],
      },
      packageStatuses: { packages: { collector: { name: "collector", errorMessage: "no room" } } },
    });
    maskReport(message, () => hiddenText);
    expect(message.agentDescription).toBeUndefined();
    expect(message.packageStatuses?.packages.collector).toMatchObject({
      name: "collector",
      errorMessage: hiddenText,
    });
  });

  it("keeps names, by which others find things, and short labels, by which selectors go", () => {
    const short = secretMask([{ secret: "S", version: 1, text: "prod" }]);
    const message = create(AgentToServerSchema, {
      health: { lastError: "in prod", componentHealthMap: { prod: { healthy: true } } },
      agentDescription: {
        nonIdentifyingAttributes: [
          { key: "muster.label.env", value: text("prod") },
          { key: "muster.label.prod", value: text("prod-and-more") },
        ],
      },
    });
    maskReport(message, short);
    expect(message.health?.lastError).toBe("in ••••••(S v1)");
    expect(Object.keys(message.health?.componentHealthMap ?? {})).toEqual(["prod"]);
    const attributes = message.agentDescription?.nonIdentifyingAttributes.map(({ key, value }) => [
      key,
      value?.value.value,
    ]);
    expect(attributes).toEqual([
      ["muster.label.env", "prod"],
      ["muster.label.prod", "••••••(S v1)-and-more"],
    ]);
  });
});
