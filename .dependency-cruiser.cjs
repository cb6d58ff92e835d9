/** Who may import whom: the arrows and bans of docs/architecture.md. Checked by `npm run check`. */
const product = "^(domain|protocol|db|workers|durable-objects|agent|cli|dashboard)/";
const tests = "\\.test\\.tsx?$|/testing/";

/** Everything outside `allowed` (folders, or packages written as `npm:name`) is refused from `from`. */
function only(name, from, folders, packages) {
  return [
    {
      name: `${name}-folders`,
      comment: `${from} may import only: ${folders.join(", ")}`,
      severity: "error",
      from: { path: `^${from}/`, pathNot: tests },
      to: {
        path: "^[a-z.]",
        pathNot: [...folders.map((folder) => `^${folder}`), "^node_modules/", "^node:", "^cloudflare:"],
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: `${name}-packages`,
      comment: `${from} may use only these packages: ${packages.join(", ") || "none"}`,
      severity: "error",
      from: { path: `^${from}/`, pathNot: tests },
      to: {
        path: "^node_modules/",
        pathNot: packages.map((one) => `^node_modules/${one}/`),
      },
    },
  ];
}

function noPlatform(name, from, { node, cloudflare }) {
  const bans = [];
  if (node) bans.push({ dependencyTypes: ["core"] });
  if (cloudflare) bans.push({ path: "^cloudflare:" });
  return bans.map((to, index) => ({
    name: `${name}-platform-${index}`,
    comment: `${from} runs without ${index === 0 && node ? "node:*" : "cloudflare:*"}`,
    severity: "error",
    from: { path: `^${from}/`, pathNot: tests },
    to,
  }));
}

module.exports = {
  forbidden: [
    ...only(
      "domain",
      "domain",
      ["domain/"],
      ["@bgotink/kdl", "@noble/ciphers", "@noble/hashes", "diff", "node-diff3", "temporal-polyfill", "yaml"],
    ),
    ...noPlatform("domain", "domain", { node: true, cloudflare: true }),
    ...only("protocol", "protocol", ["protocol/", "domain/"], ["zod", "@bufbuild/protobuf"]),
    ...noPlatform("protocol", "protocol", { node: true, cloudflare: true }),
    ...only("db", "db", ["db/", "domain/"], ["drizzle-orm", "@libsql/[^/]+", "@cloudflare/workers-types"]),
    ...noPlatform("db", "db", { node: false, cloudflare: true }),
    ...only(
      "workers",
      "workers",
      ["workers/", "domain/", "protocol/", "db/", "durable-objects/stubs\\.ts$"],
      [
        "hono",
        "zod",
        "zod-openapi",
        "jose",
        "openid-client",
        "otpauth",
        "@simplewebauthn/server",
        "@libsql/[^/]+",
        "@sentry/cloudflare",
        "@noble/hashes",
        "@cloudflare/workers-types",
      ],
    ),
    ...only(
      "durable-objects",
      "durable-objects",
      ["durable-objects/", "protocol/", "domain/"],
      ["jose", "zod", "@bufbuild/protobuf", "@sentry/cloudflare", "@cloudflare/workers-types"],
    ),
    ...only(
      "agent",
      "agent",
      ["agent/", "protocol/", "domain/", "package\\.json$"],
      [
        "@bufbuild/protobuf",
        "ws",
        "yaml",
        "zod",
        "commander",
        "dockerode",
        "@types/dockerode",
        "tar-stream",
        "@types/tar-stream",
      ],
    ),
    ...only(
      "cli",
      "cli",
      ["cli/", "protocol/", "domain/", "package\\.json$"],
      ["commander", "picocolors", "uqr", "ws", "zod", "yaml"],
    ),
    {
      name: "dashboard-folders",
      comment: "The dashboard knows the contract and the vocabulary, no server code.",
      severity: "error",
      from: { path: "^dashboard/", pathNot: tests },
      to: { path: product, pathNot: "^(dashboard|protocol|domain)/" },
    },
    ...noPlatform("dashboard", "dashboard", { node: true, cloudflare: true }).map((rule) => ({
      ...rule,
      from: { path: "^dashboard/", pathNot: `${tests}|vite\\.config\\.ts$` },
    })),
    {
      name: "services-without-http",
      comment: "Services decide and write; HTTP is not their business.",
      severity: "error",
      from: { path: "^workers/(services|jobs|billing)/", pathNot: tests },
      to: { path: ["^node_modules/hono/", "^workers/http/"] },
    },
    {
      name: "writes-are-audited",
      comment:
        "A service writes with `commit` or `commitAccount`, upkeep with `writeUnaudited` and its reason.",
      severity: "error",
      from: { path: "^workers/", pathNot: `${tests}|^workers/services/audit/commit\\.ts$` },
      to: { path: "^db/write\\.ts$" },
    },
    {
      name: "http-without-storage",
      comment: "Routes ask services; they never query, nor reach an object's class.",
      severity: "error",
      from: { path: "^workers/http/", pathNot: tests },
      to: { path: ["^db/", "^node_modules/drizzle-orm/", "^durable-objects/"] },
    },
    {
      name: "gateway-without-storage",
      comment: "The agents' front door verifies and hands over without a look-up.",
      severity: "error",
      from: { path: "^workers/gateway/", pathNot: tests },
      to: {
        path: ["^db/", "^node_modules/drizzle-orm/", "^workers/services/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "product-without-tests",
      comment: "Nothing that ships imports tests, scripts or examples.",
      severity: "error",
      from: { path: product, pathNot: tests },
      to: { path: "^(test|scripts|examples)/|\\.test\\.tsx?$|/testing/" },
    },
    {
      name: "no-cycles",
      comment: "A cycle hides which of two files decides.",
      severity: "error",
      from: { path: product },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "resolvable",
      comment: "An import that resolves to nothing.",
      severity: "error",
      from: { path: product },
      to: { couldNotResolve: true, pathNot: "^(cloudflare:|virtual:)|\\?url$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|\\.muster)/" },
    tsConfig: { fileName: "tsconfig.base.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".d.ts", ".json", ".css"],
    },
    moduleSystems: ["es6"],
  },
};
