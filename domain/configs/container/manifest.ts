import { isPublicAddress } from "../../webhooks/address.ts";
import { parseImage } from "./image.ts";
import type { Fault, ObjectShape, Shape } from "./shape.ts";

/** Docker's own least. */
const leastMemory = 6 * 1024 * 1024;

export const processName = /^[a-z][a-z0-9-]{0,39}$/;
const environmentName = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
const port = { is: "number", whole: true, min: 1, max: 65535 } as const;
const seconds = { is: "number", whole: true, min: 1, max: 3600 } as const;
const arguments_ = { is: "list", of: { is: "word" }, min: 1, max: 200 } as const;

const object = (keys: Record<string, Shape>, ...needs: string[]): ObjectShape => ({
  is: "object",
  keys,
  needs,
});

function checkImage(text: string): Fault | null {
  const read = parseImage(text);
  return "fault" in read ? { code: "bad_image", message: read.fault, hint: read.hint } : null;
}

function checkPath(text: string): Fault | null {
  if (text.startsWith("/") && text !== "/" && !text.split("/").includes("..")) return null;
  return {
    code: "bad_path",
    message: `must be a path from the root of the container; it is "${text.slice(0, 60)}"`,
    hint: "Write it as /var/lib/app, without `..`.",
  };
}

function checkUrlPath(text: string): Fault | null {
  return /^\/[!-~]*$/.test(text)
    ? null
    : { code: "bad_path", message: "must begin with / and have no spaces", hint: "Such as /healthz." };
}

function checkAddress(text: string): Fault | null {
  return isPublicAddress(text) === null
    ? {
        code: "bad_address",
        message: `must be an IP address; it is "${text.slice(0, 60)}"`,
        hint: "Write the address that it listens on, such as 127.0.0.1, and not the name of an interface or host.",
      }
    : null;
}

const environment: Shape = {
  is: "names",
  of: { is: "word" },
  pattern: environmentName,
  rule: "Use letters, digits and `_`, not beginning with a digit.",
  min: 0,
  max: 1000,
};

const health = object({
  http: object({ path: { is: "text", check: checkUrlPath }, port }, "path", "port"),
  tcp: object({ port }, "port"),
  command: arguments_,
  intervalSeconds: seconds,
  timeoutSeconds: seconds,
  retries: { is: "number", whole: true, min: 1, max: 100 },
  startSeconds: { is: "number", whole: true, min: 0, max: 3600 },
});

const processShape = object({
  command: arguments_,
  ports: {
    is: "list",
    of: object(
      {
        container: port,
        host: port,
        protocol: { is: "choice", of: ["tcp", "udp"] },
        address: { is: "text", check: checkAddress },
      },
      "container",
    ),
    min: 0,
    max: 50,
  },
  resources: object({
    memory: { is: "size", min: leastMemory },
    cpu: { is: "number", whole: false, min: 0.01, max: 1024 },
  }),
  replicas: { is: "number", whole: true, min: 0, max: 100 },
  restart: { is: "choice", of: ["always", "on-failure", "never"] },
  health,
  mounts: {
    is: "list",
    of: object(
      {
        volume: { is: "text" },
        path: { is: "text", check: checkPath },
        readOnly: { is: "boolean" },
      },
      "volume",
      "path",
    ),
    min: 0,
    max: 50,
  },
});

/** The app manifest: one image, and what runs of it on each agent. */
export const manifestShape = object(
  {
    image: object(
      {
        ref: { is: "text", check: checkImage },
        pullPolicy: { is: "choice", of: ["missing", "always", "never"] },
      },
      "ref",
    ),
    env: environment,
    processes: {
      is: "names",
      of: { ...processShape, mayBeEmpty: true },
      pattern: processName,
      rule: "Use lower-case letters, digits and `-`, beginning with a letter; 40 at most.",
      min: 1,
      max: 50,
    },
    volumes: {
      is: "names",
      of: { ...object({}), mayBeEmpty: true },
      pattern: /^[a-z0-9][a-z0-9_.-]{0,62}$/,
      rule: "Use lower-case letters, digits, `_`, `.` and `-`; 63 at most.",
      min: 0,
      max: 50,
    },
    secrets: {
      is: "names",
      of: object(
        {
          value: { is: "text" },
          env: {
            is: "text",
            check: (text) =>
              environmentName.test(text)
                ? null
                : {
                    code: "bad_name",
                    message: "must be the name of an environment variable",
                    hint: "Use letters, digits and `_`, not beginning with a digit.",
                  },
          },
          file: { is: "text", check: checkPath },
        },
        "value",
      ),
      pattern: /^[a-z0-9][a-z0-9_-]{0,62}$/,
      rule: "Use lower-case letters, digits, `_` and `-`; 63 at most.",
      min: 0,
      max: 200,
    },
  },
  "image",
  "processes",
);
