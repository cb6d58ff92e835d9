import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { limits } from "./limits.ts";
import { AgentToServerSchema, ServerToAgentSchema } from "./opamp_pb.js";

/** A frame that cannot be read; the message says why, in words fit for the peer. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** A frame that is larger than its direction's limit: `limits.messageBytes` from agents, `limits.offerBytes` to ours. */
export class FrameTooLargeError extends FrameError {}

/** The header of a WebSocket message: one zero byte. A bare protobuf never starts with one, since no field has number 0. */
const header = 0x00;

function encode<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): Uint8Array {
  return toBinary(schema, create(schema, message));
}

function decode<Desc extends DescMessage>(
  schema: Desc,
  bytes: Uint8Array,
  limitBytes: number,
): MessageShape<Desc> {
  if (bytes.byteLength > limitBytes) {
    throw new FrameTooLargeError(
      `The message has ${bytes.byteLength} bytes, ${limitBytes} are allowed: send less at once`,
    );
  }
  const body = bytes[0] === header ? bytes.subarray(1) : bytes;
  try {
    return fromBinary(schema, body, { readUnknownFields: false });
  } catch {
    throw new FrameError(`The message is not a protobuf of ${schema.typeName}: send it as the OpAMP says`);
  }
}

function framed(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(body.byteLength + 1);
  frame[0] = header;
  frame.set(body, 1);
  return frame;
}

/** WebSocket frame: header and protobuf. */
export const encodeAgentFrame = (message: MessageInitShape<typeof AgentToServerSchema>) =>
  framed(encode(AgentToServerSchema, message));
export const encodeServerFrame = (message: MessageInitShape<typeof ServerToAgentSchema>) =>
  framed(encode(ServerToAgentSchema, message));

/** HTTP body: protobuf alone. */
export const encodeServerBody = (message: MessageInitShape<typeof ServerToAgentSchema>) =>
  encode(ServerToAgentSchema, message);
export const encodeAgentBody = (message: MessageInitShape<typeof AgentToServerSchema>) =>
  encode(AgentToServerSchema, message);

/** Reads a frame or a body, with or without header. Throws FrameError and FrameTooLargeError. */
export const decodeAgentToServer = (bytes: Uint8Array) =>
  decode(AgentToServerSchema, bytes, limits.messageBytes);
export const decodeServerToAgent = (bytes: Uint8Array) =>
  decode(ServerToAgentSchema, bytes, limits.offerBytes);

/** Tag of field 1, bytes, and the length 16. */
const uidTag = [0x0a, 16] as const;

/**
 * A server frame for `uid` out of an encoded body without uid. Protobuf fields may be concatenated, so one
 * encoding serves every agent that gets the same content.
 */
export function frameWithUid(uid: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(3 + 16 + tail.byteLength);
  frame[0] = header;
  frame[1] = uidTag[0];
  frame[2] = uidTag[1];
  frame.set(uid, 3);
  frame.set(tail, 19);
  return frame;
}
