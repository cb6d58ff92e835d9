import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, it } from "vitest";
import { attributesFrom, attributesTo } from "./attributes.ts";
import { agentCapability, capabilityBits, capabilityNames, hasCapability } from "./capabilities.ts";
import { configMapFrom, configMapTo } from "./config-map.ts";
import {
  decodeAgentToServer,
  decodeServerToAgent,
  encodeAgentBody,
  encodeAgentFrame,
  encodeServerBody,
  FrameError,
  FrameTooLargeError,
  frameWithUid,
} from "./frame.ts";
import { limits } from "./limits.ts";
import { AgentConfigMapSchema, AgentToServerSchema, ComponentHealthSchema } from "./opamp_pb.js";
import { uidFromHex, uidToHex, uuidV7 } from "./uid.ts";

const uid = uidFromHex("000102030405060708090a0b0c0d0e0f");

it("regenerates to exactly the code that is checked in", () => {
  const out = mkdtempSync(join(tmpdir(), "muster-opamp-"));
  try {
    const script = join(import.meta.dirname, "../../scripts/generate-opamp.ts");
    const run = spawnSync(process.execPath, [script, "--out", out], { encoding: "utf8" });
    expect(run.stderr).not.toContain("rror");
    for (const name of ["opamp_pb.js", "opamp_pb.d.ts"]) {
      expect(readFileSync(join(out, name), "utf8")).toBe(
        readFileSync(join(import.meta.dirname, name), "utf8"),
      );
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

it("writes the bytes that the protocol's field numbers say", () => {
  const message = {
    instanceUid: uid,
    sequenceNum: 300n,
    capabilities: 0x1803n,
    health: { healthy: true },
    remoteConfigStatus: { lastRemoteConfigHash: new Uint8Array([0xab]), status: 3, errorMessage: "x" },
    agentDisconnect: {},
    flags: 1n,
  };
  expect(Buffer.from(encodeAgentBody(message)).toString("hex")).toBe(
    [
      "0a10000102030405060708090a0b0c0d0e0f",
      "10ac02",
      "208330",
      "2a020801",
      "3a080a01ab10031a0178",
      "4a00",
      "5001",
    ].join(""),
  );
  const times = create(ComponentHealthSchema, { startTimeUnixNano: 1n, statusTimeUnixNano: 2n });
  expect(Buffer.from(toBinary(ComponentHealthSchema, times)).toString("hex")).toBe(
    "110100000000000000290200000000000000",
  );
  const offers = {
    connectionSettings: {
      hash: new Uint8Array([1]),
      opamp: {
        destinationEndpoint: "e",
        headers: { headers: [{ key: "k", value: "v" }] },
        heartbeatIntervalSeconds: 30n,
        tls: { includeSystemCaCertsPool: true },
      },
    },
  };
  expect(Buffer.from(encodeServerBody(offers)).toString("hex")).toBe(
    "22180a01011213" + "0a0165" + "12080a060a016b120176" + "201e" + "2a021001",
  );
});

it("reads frames with and without header, and an empty body", () => {
  const message = { instanceUid: uid, sequenceNum: 7n, capabilities: 1n };
  expect(encodeAgentFrame(message)[0]).toBe(0);
  expect(decodeAgentToServer(encodeAgentFrame(message)).sequenceNum).toBe(7n);
  expect(decodeAgentToServer(encodeAgentBody(message)).sequenceNum).toBe(7n);
  expect(decodeAgentToServer(new Uint8Array([0])).instanceUid).toHaveLength(0);
  expect(decodeAgentToServer(new Uint8Array()).instanceUid).toHaveLength(0);
});

it("makes one agent's frame out of a shared tail", () => {
  const config = configMapTo([{ name: "a.txt", contentType: "text/plain", content: "ä" }]);
  const tail = encodeServerBody({ remoteConfig: { config, configHash: new Uint8Array([1, 2]) } });
  const message = decodeServerToAgent(frameWithUid(uid, tail));
  expect(uidToHex(message.instanceUid)).toBe(uidToHex(uid));
  expect(configMapFrom(message.remoteConfig?.config)).toEqual([
    { name: "a.txt", contentType: "text/plain", content: "ä", encoding: "utf8" },
  ]);
});

it("refuses what is no message and what is too large, and never throws anything else", () => {
  expect(() => decodeAgentToServer(new Uint8Array(limits.messageBytes + 1))).toThrow(FrameTooLargeError);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeAgentToServer(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
    { numRuns: 2_000 },
  );
});

it("skips fields of later versions", () => {
  const known = toBinary(AgentToServerSchema, create(AgentToServerSchema, { instanceUid: uid }));
  const later = new Uint8Array([...known, 0xfa, 0x3f, 0x01, 0x2a]);
  expect(uidToHex(decodeAgentToServer(later).instanceUid)).toBe(uidToHex(uid));
});

it("names capabilities and back", () => {
  expect(capabilityNames(0x1803)).toEqual([
    "ReportsStatus",
    "AcceptsRemoteConfig",
    "ReportsHealth",
    "ReportsRemoteConfig",
  ]);
  const all = Object.keys(agentCapability) as (keyof typeof agentCapability)[];
  expect(capabilityBits(all)).toBe(0xffff);
  expect(hasCapability(0x100, "AcceptsOpAMPConnectionSettings")).toBe(true);
  expect(hasCapability(0x100, "AcceptsRemoteConfig")).toBe(false);
});

it("turns attributes around without loss", () => {
  const attributes = { a: "x", b: true, c: 7, d: 1.5, e: ["y", 2], f: { g: "z" } };
  expect(attributesFrom(attributesTo(attributes))).toEqual(attributes);
});

it("carries bytes that are no text as base64", () => {
  const map = create(AgentConfigMapSchema, { configMap: { b: { body: new Uint8Array([0xff, 0x00]) } } });
  expect(configMapFrom(map)).toEqual([{ name: "b", contentType: "", content: "/wA=", encoding: "base64" }]);
});

it("makes uids that are UUIDv7, and reads only 32 hex digits", () => {
  const made = uuidV7(0x0123456789ab, new Uint8Array(10).fill(0xff));
  expect(uidToHex(made)).toBe("0123456789ab7fffbfffffffffffffff");
  expect(() => uidFromHex("00")).toThrow(RangeError);
  expect(uidToHex(uid)).toBe("000102030405060708090a0b0c0d0e0f");
});
