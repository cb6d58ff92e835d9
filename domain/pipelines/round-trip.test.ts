import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { graphToYaml } from "./compile.ts";
import type { PipelineGraph, PipelineNode } from "./model.ts";
import { yamlToGraph } from "./parse.ts";

const receivers = ["otlp", "otlp/two", "hostmetrics", "acme", "filelog"];
const processors = ["batch", "memory_limiter", "filter", "filter/two", "unknown"];
const exporters = ["otlp", "debug", "debug/two", "vendor"];
const signals = ["traces", "metrics", "logs"] as const;

const pipeline = fc.record({
  receivers: fc.uniqueArray(fc.constantFrom("acme", "acme/two", "otlp"), { minLength: 1 }),
  processors: fc.uniqueArray(fc.constantFrom(...processors), { maxLength: 4 }),
  exporters: fc.uniqueArray(fc.constantFrom(...exporters), { minLength: 1 }),
});
const settings = fc.oneof(
  fc.constant(null),
  fc.dictionary(
    fc.constantFrom("endpoint", "timeout", "on", "a b", "#x", "0"),
    fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constantFrom(
        "${var:PORT}",
        "x: ${secret:S}",
        "0.0.0.0:${var:PORT:-4317}",
        "yes",
        "1e3",
        "",
        " ",
        "a\nb",
      ),
      fc.array(fc.string(), { maxLength: 3 }),
    ),
    { minKeys: 1, maxKeys: 4 },
  ),
);
const collector = fc
  .record({
    receivers: fc.tuple(...receivers.map(() => settings)),
    processors: fc.tuple(...processors.map(() => settings)),
    exporters: fc.tuple(...exporters.map(() => settings)),
    pipelines: fc.uniqueArray(
      fc.tuple(fc.constantFrom(...signals), fc.constantFrom("", "/2", "/x"), pipeline),
      {
        selector: ([signal, name]) => signal + name,
        minLength: 1,
        maxLength: 6,
      },
    ),
  })
  .map(({ pipelines, ...given }) => {
    const zip = (ids: string[], values: unknown[]) => Object.fromEntries(ids.map((id, i) => [id, values[i]]));
    return {
      receivers: { ...zip(receivers, given.receivers), "acme/two": null },
      processors: zip(processors, given.processors),
      exporters: zip(exporters, given.exporters),
      service: {
        pipelines: Object.fromEntries(pipelines.map(([signal, name, one]) => [signal + name, one])),
      },
    };
  });
type Collector = {
  receivers: Record<string, unknown>;
  processors: Record<string, unknown>;
  exporters: Record<string, unknown>;
  service: { pipelines: Record<string, { receivers: string[]; processors?: string[]; exporters: string[] }> };
};

/** Written here, apart from the code under test: every way of one piece of data from a receiver to an exporter. */
function waysOf({ service }: Collector): string[] {
  const ways = Object.entries(service.pipelines).flatMap(([id, one]) =>
    one.receivers.flatMap((from) =>
      one.exporters.map((to) => [id.split("/")[0], from, ...(one.processors ?? []), to].join(" > ")),
    ),
  );
  return [...new Set(ways)].sort();
}

function waysOfGraph({ nodes, edges }: PipelineGraph): string[] {
  const name = (id: string) => {
    const node = nodes.find((one) => one.id === id) as PipelineNode;
    return node.name === "" ? node.component : `${node.component}/${node.name}`;
  };
  const ways: string[] = [];
  const follow = (id: string, signal: string, way: string[]) => {
    const role = nodes.find((one) => one.id === id)?.role;
    if (role === "exporter") ways.push([signal, ...way, name(id)].join(" > "));
    for (const edge of edges) {
      if (edge.from === id && edge.signal === signal) follow(edge.to, signal, [...way, name(id)]);
    }
  };
  for (const { id, role } of nodes)
    if (role === "receiver") for (const signal of signals) follow(id, signal, []);
  return [...new Set(ways)].sort();
}

const text = (value: unknown): string => JSON.stringify(value);
const graphOf = (yaml: string): PipelineGraph => {
  const { graph, diagnostics } = yamlToGraph(yaml);
  expect(diagnostics).toEqual([]);
  return graph as PipelineGraph;
};
const written = (graph: PipelineGraph, previous?: string): string => {
  const { content, problems } = graphToYaml(graph, previous);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return content as string;
};

describe("YAML → graph → YAML", () => {
  it("a graph has exactly the ways of the pipelines, and so has what is written of it", () => {
    fc.assert(
      fc.property(collector, (value) => {
        const graph = graphOf(text(value));
        expect(waysOfGraph(graph)).toEqual(waysOf(value as Collector));
        expect(waysOf(parse(written(graph)))).toEqual(waysOf(value as Collector));
      }),
    );
  });

  it("settings come through unchanged, placeholders included", () => {
    fc.assert(
      fc.property(collector, (value) => {
        const back = graphOf(written(graphOf(text(value))));
        const settingsOf = (graph: PipelineGraph) =>
          new Map(graph.nodes.map((node) => [node.id, node.config]));
        expect(settingsOf(back)).toEqual(settingsOf(graphOf(text(value))));
      }),
    );
  });

  it("what is written is written again the same, and its graph is drawn again the same", () => {
    fc.assert(
      fc.property(collector, (value) => {
        const once = written(graphOf(text(value)));
        expect(written(graphOf(once))).toBe(once);
        expect(graphOf(written(graphOf(once)))).toEqual(graphOf(once));
      }),
    );
  });

  it("the order of nodes and edges means nothing, nor do the nodes' ids", () => {
    fc.assert(
      fc.property(collector, fc.infiniteStream(fc.nat(1_000)), (value, stream) => {
        const graph = graphOf(text(value));
        const order = <T>(items: T[]) =>
          items
            .map((item) => ({ item, by: stream.next().value as number }))
            .sort((a, b) => a.by - b.by)
            .map(({ item }) => item);
        const renamed = (id: string) => `n-${id.length}-${id}`;
        const shuffled = {
          nodes: order(graph.nodes.map((node) => ({ ...node, id: renamed(node.id) }))),
          edges: order(
            graph.edges.map((edge) => ({ ...edge, from: renamed(edge.from), to: renamed(edge.to) })),
          ),
        };
        expect(written(shuffled)).toBe(written(graph));
      }),
    );
  });

  it("a text that holds the graph already is left as it is, byte for byte", () => {
    fc.assert(
      fc.property(collector, fc.boolean(), (value, json) => {
        const before = json
          ? text(value)
          : `# mine\n${written(graphOf(text(value))).replaceAll(": ", ":   ")}\n\n# end\n`;
        expect(written(graphOf(before), before)).toBe(before);
      }),
    );
  });
});

const mine = `# of the platform team
receivers:
    # from the applications
    otlp:  # both ways
        protocols:
            grpc: {endpoint: "0.0.0.0:4317"}
            http:

    acme: {token: '\${secret:ACME}'}   # not one of ours
processors:
    batch: {timeout: 5s}
    memory_limiter:
        check_interval: 1s   # often
        # in MiB
        limit_mib: 512
exporters:
    vendor:
        text: |
            # no comment
            two lines
    debug:
service:
    telemetry: {logs: {level: info}}
    pipelines:
        # the only one
        traces:
            receivers:
                - otlp   # first
                - acme
            processors: [memory_limiter, batch]
            exporters: [vendor]
x-mine: [1,  2]
`;

describe("editing a text that people wrote", () => {
  const linesOf = (one: string) => one.split("\n");
  /** Lines that are not in both, as a diff would show them. */
  const changes = (before: string, after: string) => ({
    gone: linesOf(before).filter((line) => !linesOf(after).includes(line)),
    come: linesOf(after).filter((line) => !linesOf(before).includes(line)),
  });
  const nodeOf = (graph: PipelineGraph, id: string) =>
    graph.nodes.find((one) => one.id === id) as PipelineNode;

  it("one changed setting is one changed line", () => {
    const graph = graphOf(mine);
    nodeOf(graph, "processor:memory_limiter").config = { check_interval: "1s", limit_mib: 1024 };
    expect(changes(mine, written(graph, mine))).toEqual({
      gone: ["        limit_mib: 512"],
      come: ["        limit_mib: 1024"],
    });
  });

  it("keeps comments in what changes, and of what stays", () => {
    const graph = graphOf(mine);
    nodeOf(graph, "processor:memory_limiter").config = { check_interval: "2s", limit_mib: 512 };
    expect(changes(mine, written(graph, mine))).toEqual({
      gone: ["        check_interval: 1s   # often"],
      come: ["        check_interval: 2s # often"],
    });
  });

  it("a component that goes takes its own comments along, and no others", () => {
    const graph = graphOf(mine);
    graph.nodes = graph.nodes.filter(({ id }) => id !== "receiver:otlp");
    graph.edges = graph.edges.filter(({ from }) => from !== "receiver:otlp");
    const after = written(graph, mine);
    expect(after).not.toContain("from the applications");
    expect(after).toContain("    acme: {token: '${secret:ACME}'}   # not one of ours\n");
    expect(after).toContain("        # the only one\n        traces:\n");
    expect(parse(after).service.pipelines.traces.receivers).toEqual(["acme"]);
    expect(after).toContain("x-mine: [1,  2]\n");
  });

  it("a new exporter is added to its pipeline, whose name and order stay", () => {
    const graph = graphOf(mine);
    graph.edges.push({ from: "processor:batch", to: "exporter:debug", signal: "traces" });
    expect(changes(mine, written(graph, mine))).toEqual({
      gone: ["            exporters: [vendor]"],
      come: ["            exporters: [vendor, debug]"],
    });
  });

  it("new sections come before the service", () => {
    const graph = graphOf(mine);
    graph.nodes.push({
      id: "new",
      role: "extension",
      component: "health_check",
      name: "",
      config: null,
      placement: "edges",
    });
    const after = written(graph, mine);
    expect(after).toContain("    debug:\nextensions:\n    health_check: null\nservice:\n");
    expect(parse(after).service.extensions).toEqual(["health_check"]);
    expect(changes(mine, after).gone).toEqual([]);
  });

  it("texts with CRLF, without a last line break, on one line, or empty are edited too", () => {
    const graph = graphOf(mine);
    nodeOf(graph, "processor:batch").config = { timeout: "9s" };
    for (const before of [mine.replaceAll("\n", "\r\n"), mine.trimEnd(), text(parse(mine)), "", "# only\n"]) {
      const after = written(graph, before);
      expect(parse(after).processors.batch).toEqual({ timeout: "9s" });
      expect(graphOf(after)).toEqual(graph);
    }
  });

  it("an edit of what an anchor names does not reach what its aliases stand for", () => {
    const before = `receivers:
  otlp: &same
    endpoint: a # here
  otlp/two: *same
  otlp/three:
    <<: *same
    other: 1
exporters: {debug: }
service: {pipelines: {traces: {receivers: [otlp, otlp/two, otlp/three], exporters: [debug]}}}
`;
    const graph = graphOf(before);
    nodeOf(graph, "receiver:otlp").config = { endpoint: "b" };
    const after = written(graph, before);
    expect(parse(after).receivers).toEqual({
      otlp: { endpoint: "b" },
      "otlp/two": { endpoint: "a" },
      "otlp/three": { endpoint: "a", other: 1 },
    });
    expect(after).toContain("# here");
    expect(written(graphOf(before), before)).toBe(before);
  });

  it("any one edit leaves all other lines, byte for byte", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("receiver:acme", "processor:batch", "exporter:vendor", "exporter:debug"),
        settings,
        (id, config) => {
          const graph = graphOf(mine);
          nodeOf(graph, id).config = config;
          const after = written(graph, mine);
          expect(graphOf(after)).toEqual(graph);
          const own = new Set(["batch", "acme", "vendor", "debug"].filter((name) => id.endsWith(name)));
          const others = linesOf(mine).filter(
            (line) =>
              ![...own].some((name) => line.includes(`${name}:`)) &&
              !/text: |no comment|two lines/.test(line),
          );
          for (const line of others) expect(linesOf(after)).toContain(line);
        },
      ),
    );
  });
});

it("no text crashes the reading, however odd", () => {
  const pieces = fc.constantFrom(
    "receivers:",
    "\n",
    "  ",
    "otlp:",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: ",
    "service:",
    "pipelines:",
    "traces:",
    "- ",
    "#",
    "'",
    '"',
    "|",
    ">",
    "? ",
    "\t",
    "\uFEFF",
    "\u2028",
    "${var:",
    "${var:A}",
    "}",
    "\r\n",
    "\uE020",
    "---",
    "...",
    "!!x ",
    "\0",
    "\uD800",
    "a",
    ": ",
    "null",
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 40 }).map((list) => list.join("")),
      (odd) => {
        const { graph } = yamlToGraph(odd);
        if (graph) graphToYaml(graph, odd);
      },
    ),
    { numRuns: 2_000 },
  );
});

it("deep nesting, aliases that multiply and long pipelines are told, not followed", () => {
  const bomb = Array.from({ length: 30 }, (_, i) => `x${i}: &x${i} [*x${i - 1}, *x${i - 1}]`).join("\n");
  const codes = (odd: string) => yamlToGraph(odd).diagnostics.map(({ code }) => code);
  expect(codes(bomb.replace("[*x-1, *x-1]", "[a]"))).toEqual(["too_large"]);
  expect(codes("[".repeat(100_000))).toEqual(["too_deep"]);
  const long = Array.from({ length: 5_000 }, (_, i) => `p/${i}`);
  const pipelines = { traces: { receivers: ["otlp"], processors: long, exporters: ["debug"] } };
  const processorsOf = Object.fromEntries(long.map((id) => [id, null]));
  const value = {
    receivers: { otlp: null },
    processors: processorsOf,
    exporters: { debug: null },
    service: { pipelines },
  };
  expect(codes(text(value))).toEqual(["too_large"]);
});
