import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { expect, it } from "vitest";
import { webhookKeys } from "../../adapters/webhook-keys.ts";
import { signedHeaders } from "./sign.ts";

const keyOf = webhookKeys(Buffer.alloc(32, 7).toString("base64url"));
const organization = "org_01JD0000000000000000000000";
const body = JSON.stringify({ type: "rollout.confirmation", data: { text: "größer · 1" } });
const reader = (key: Uint8Array) => new Webhook(`whsec_${Buffer.from(key).toString("base64")}`);
const message = () => ({ id: "msg_rol_1_wave-2-0_1", atMs: Date.now(), body });

it("signs so that an independent reader of Standard Webhooks verifies it", async () => {
  const key = keyOf(organization, 1);
  const headers = await signedHeaders([key], message());
  expect(reader(key).verify(body, headers)).toEqual(JSON.parse(body));
});

it("signs with both keys while they change over", async () => {
  const [older, newer] = [keyOf(organization, 1), keyOf(organization, 2)];
  const headers = await signedHeaders([newer, older], message());
  for (const key of [older, newer]) expect(() => reader(key).verify(body, headers)).not.toThrow();
});

it("is refused for another body, another key, another organization's key and an old time", async () => {
  const key = keyOf(organization, 1);
  const headers = await signedHeaders([key], message());
  expect(() => reader(key).verify(`${body} `, headers)).toThrow(WebhookVerificationError);
  expect(() => reader(keyOf(organization, 2)).verify(body, headers)).toThrow(WebhookVerificationError);
  const others = keyOf("org_01JD0000000000000000000001", 1);
  expect(() => reader(others).verify(body, headers)).toThrow(WebhookVerificationError);
  const old = await signedHeaders([key], { ...message(), atMs: Date.now() - 3_600_000 });
  expect(() => reader(key).verify(body, old)).toThrow(WebhookVerificationError);
});
