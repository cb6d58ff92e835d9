import { type Channel, channels, type DataChannel, frameOf, maxFrameBytes } from "./stream-wire.ts";
import { type ControlMessage, controlMessage } from "./streams.ts";

/** The bytes are not a frame of a stream. */
export class StreamFrameError extends Error {
  override readonly name = "StreamFrameError";
}

export type StreamFrame =
  | { channel: DataChannel; data: Uint8Array }
  | { channel: typeof channels.control; message: ControlMessage };

export const dataFrame = (channel: DataChannel, data: Uint8Array) => frameOf(channel, data);

export const controlFrame = (message: ControlMessage) =>
  frameOf(channels.control, new TextEncoder().encode(JSON.stringify(message)));

/** The channel of a frame. @throws StreamFrameError */
export function channelOf(frame: Uint8Array): Channel {
  const [channel] = frame;
  if (frame.byteLength > maxFrameBytes) {
    throw new StreamFrameError(`a frame has at most ${maxFrameBytes} bytes`);
  }
  if (channel !== 0 && channel !== 1 && channel !== 2 && channel !== 3) {
    throw new StreamFrameError("a frame begins with its channel: 0 to 3");
  }
  return channel;
}

/** `data` is a view of the frame's bytes. @throws StreamFrameError */
export function readFrame(frame: Uint8Array): StreamFrame {
  const channel = channelOf(frame);
  const data = frame.subarray(1);
  if (channel !== channels.control) return { channel, data };
  return { channel, message: readControl(data) };
}

function readControl(data: Uint8Array): ControlMessage {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(data));
  } catch {
    throw new StreamFrameError("a control frame is JSON");
  }
  const parsed = controlMessage.safeParse(body);
  if (!parsed.success) throw new StreamFrameError("a control frame of no known type, or without its fields");
  return parsed.data;
}
