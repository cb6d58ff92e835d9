import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { graphToYaml } from "./compile.ts";
import type { PipelineEdge, PipelineGraph, PipelineNode, Signal } from "./model.ts";
import { yamlToGraph } from "./parse.ts";

/** `r:otlp`, `p:batch/two`, `e:debug`, `c:spanmetrics`, `x:health_check`. */
function node(id: string, more: Partial<PipelineNode> = {}): PipelineNode {
  const [letter = "", component = "", name = ""] = id.split(/[:/]/);
  const roles = { r: "receiver", p: "processor", e: "exporter", c: "connector", x: "extension" } as const;
  return {
    id,
    role: roles[letter as keyof typeof roles],
    component,
    name,
    config: null,
    placement: "edges",
    ...more,
  };
}
/** `r:otlp > p:batch > e:debug` */
const way = (text: string, signal: Signal = "traces"): PipelineEdge[] => {
  const ids = text.split(" > ");
  return ids.slice(1).map((to, index) => ({ from: ids[index] as string, to, signal }));
};
function graph(edges: PipelineEdge[], ...more: PipelineNode[]): PipelineGraph {
  const given = new Set(more.map(({ id }) => id));
  const ids = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].filter((id) => !given.has(id));
  return { nodes: [...ids.map((id) => node(id)), ...more], edges };
}
const compiled = (given: PipelineGraph, previous?: string) => {
  const { content, problems } = graphToYaml(given, previous);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return parse(content as string);
};
const pipelines = (given: PipelineGraph, previous?: string) => compiled(given, previous).service.pipelines;
const errors = (given: PipelineGraph) => {
  const { content, problems } = graphToYaml(given);
  expect(content).toBeNull();
  return problems.filter(({ severity }) => severity === "error");
};

describe("branches and joins", () => {
  it("a branch after a processor becomes two pipelines, and is drawn as a branch again", () => {
    const branched = graph([...way("r:otlp > p:batch > e:debug"), ...way("p:batch > p:filter > e:otlp")]);
    expect(pipelines(branched)).toEqual({
      traces: { receivers: ["otlp"], processors: ["batch"], exporters: ["debug"] },
      "traces/2": { receivers: ["otlp"], processors: ["batch", "filter"], exporters: ["otlp"] },
    });
    const { graph: again } = yamlToGraph(graphToYaml(branched).content as string);
    expect(again?.nodes.filter(({ component }) => component === "batch")).toHaveLength(1);
  });

  it("a join before a processor becomes two pipelines, and is drawn as a join again", () => {
    const joined = graph([
      ...way("r:otlp > p:filter > p:batch > e:debug"),
      ...way("r:zipkin > p:attributes > p:batch"),
    ]);
    expect(pipelines(joined)).toEqual({
      traces: { receivers: ["zipkin"], processors: ["attributes", "batch"], exporters: ["debug"] },
      "traces/2": { receivers: ["otlp"], processors: ["filter", "batch"], exporters: ["debug"] },
    });
    const { graph: again } = yamlToGraph(graphToYaml(joined).content as string);
    expect(again?.nodes.filter(({ component }) => component === "batch")).toHaveLength(1);
  });

  it("two processors of one component are told apart where one would mix their data", () => {
    const content = JSON.stringify({
      receivers: { otlp: null, zipkin: null },
      processors: { batch: null },
      exporters: { debug: null, "debug/two": null },
      service: {
        pipelines: {
          traces: { receivers: ["otlp"], processors: ["batch"], exporters: ["debug"] },
          "traces/2": { receivers: ["zipkin"], processors: ["batch"], exporters: ["debug/two"] },
        },
      },
    });
    const { graph: drawn } = yamlToGraph(content);
    expect(drawn?.nodes.filter(({ component }) => component === "batch").map(({ id }) => id)).toEqual([
      "processor:batch",
      "processor:batch#2",
    ]);
  });

  it("pipelines keep their names while others come and go", () => {
    const names = (...ways: string[]) =>
      graph(
        ways
          .flatMap((one) => way(one))
          .filter((edge, i, all) => all.findIndex((e) => e.from === edge.from && e.to === edge.to) === i),
      );
    const three = names("r:a > e:x", "r:b > p:batch > e:x", "r:c > p:filter > e:x");
    const previous = graphToYaml(three).content as string;
    const named = parse(previous).service.pipelines;
    const two = pipelines(names("r:b > p:batch > e:x", "r:c > p:filter > e:x"), previous);
    for (const id of Object.keys(two)) expect(two[id]).toEqual(named[id]);
    const four = pipelines(
      names("r:a > e:x", "r:b > p:batch > e:x", "r:c > p:filter > e:x", "r:d > p:a > e:x"),
      previous,
    );
    expect(four).toMatchObject(named);
    expect(Object.keys(four)).toHaveLength(4);
  });

  it("connectors end one pipeline and begin another", () => {
    const joined = graph([
      ...way("r:otlp > p:batch > c:spanmetrics"),
      ...way("c:spanmetrics > p:batch > e:prometheus", "metrics"),
    ]);
    expect(compiled(joined)).toMatchObject({
      connectors: { spanmetrics: null },
      service: {
        pipelines: {
          traces: { receivers: ["otlp"], processors: ["batch"], exporters: ["spanmetrics"] },
          metrics: { receivers: ["spanmetrics"], processors: ["batch"], exporters: ["prometheus"] },
        },
      },
    });
  });
});

describe("processors that no edge places", () => {
  const auto = { placement: "auto" } as const;
  it("memory_limiter comes first, batch last, others between", () => {
    const given = graph(
      way("r:otlp > p:attributes > e:otlp"),
      node("p:batch", auto),
      node("p:resource", auto),
      node("p:memory_limiter", auto),
    );
    expect(pipelines(given).traces.processors).toEqual(["memory_limiter", "attributes", "resource", "batch"]);
  });

  it("only in pipelines of their signals, and not where edges have them", () => {
    const given = graph(
      [...way("r:otlp > p:batch > e:otlp"), ...way("r:otlp > e:otlp", "metrics")],
      node("p:batch/two", auto),
      node("p:tail_sampling", auto),
      node("p:filter", { ...auto, signals: ["metrics"] }),
    );
    expect(pipelines(given)).toMatchObject({
      traces: { processors: ["tail_sampling", "batch", "batch/two"] },
      metrics: { processors: ["filter", "batch/two"] },
    });
  });

  it("edges that place them otherwise are kept", () => {
    expect(pipelines(graph(way("r:otlp > p:batch > p:memory_limiter > e:otlp"))).traces.processors).toEqual([
      "batch",
      "memory_limiter",
    ]);
  });
});

describe("what is refused, by name", () => {
  it.each<[string, PipelineGraph, string, string[]]>([
    ["cycle", graph(way("r:otlp > p:a > p:b > p:a")), '"p:a" → "p:b" → "p:a"', ["p:a", "p:b"]],
    [
      "cycle",
      graph(way("r:otlp > c:routing > p:a > c:routing > e:debug")),
      '"c:routing"',
      ["c:routing", "p:a"],
    ],
    [
      "dangling_edge",
      { nodes: [node("r:otlp")], edges: way("r:otlp > e:gone") },
      '"e:gone", which is no node',
      [],
    ],
    [
      "signal_mismatch",
      graph(way("r:otlp > p:tail_sampling > e:debug", "logs")),
      "does not take logs",
      ["p:tail_sampling"],
    ],
    [
      "signal_mismatch",
      graph(way("r:filelog > e:debug", "metrics")),
      'receiver "filelog" does not give metrics',
      ["r:filelog"],
    ],
    [
      "signal_mismatch",
      graph(way("r:otlp > c:spanmetrics", "logs")),
      'connector "spanmetrics" does not take logs',
      ["c:spanmetrics"],
    ],
    [
      "signal_mismatch",
      graph(way("r:otlp > e:debug"), node("e:debug", { signals: ["logs"] })),
      'exporter "debug" does not take traces',
      ["e:debug"],
    ],
    [
      "edge_direction",
      graph(way("e:debug > p:batch")),
      'Nothing flows out of the exporter "debug"',
      ["e:debug", "p:batch"],
    ],
    ["edge_direction", graph(way("r:a > r:b")), 'Nothing flows into the receiver "b"', ["r:a", "r:b"]],
    ["edge_direction", graph(way("x:a > e:b")), 'Nothing flows out of the extension "a"', ["x:a", "e:b"]],
    [
      "dead_end",
      graph(way("r:otlp > p:batch")),
      'Traces flow into the processor "batch", and none flow out of it',
      ["p:batch"],
    ],
    [
      "dead_end",
      graph(way("p:batch > e:debug")),
      'Traces flow out of the processor "batch", and none flow into it',
      ["p:batch"],
    ],
    ["dead_end", graph(way("r:otlp > c:spanmetrics")), 'connector "spanmetrics"', ["c:spanmetrics"]],
    [
      "dead_end",
      graph([...way("r:otlp > p:batch > e:debug"), ...way("r:otlp > p:batch", "logs")]),
      "Logs flow into",
      ["p:batch"],
    ],
    [
      "duplicate_node",
      graph(way("r:otlp > e:debug"), node("r:a"), node("r:a")),
      'have the id "r:a"',
      ["r:a"],
    ],
    [
      "component_twice",
      graph(way("r:otlp > e:debug"), node("r:otlp", { id: "other" })),
      'receiver "otlp" stands in the graph twice',
      ["r:otlp", "other"],
    ],
    [
      "settings_differ",
      graph(way("r:otlp > p:batch > e:debug"), node("p:batch", { id: "other", config: { a: 1 } })),
      "different settings",
      ["p:batch", "other"],
    ],
    [
      "processor_twice",
      graph([...way("r:otlp > p:batch > other > e:debug")], node("p:batch", { id: "other" })),
      'the processor "batch" stands twice',
      ["other"],
    ],
    ["bad_component", graph(way("r:otlp > e:debug"), node("e:a b")), '"a b" is not a component', ["e:a b"]],
    [
      "bad_name",
      graph(way("r:otlp > e:debug"), node("e:debug", { id: "n", name: "a b" })),
      '"a b" is not a component\'s name',
      ["n"],
    ],
    [
      "bad_placement",
      graph(way("r:otlp > e:debug"), node("e:x", { placement: "auto" })),
      'exporter "x" cannot be placed',
      ["e:x"],
    ],
    [
      "bad_placement",
      graph(way("r:otlp > e:debug"), node("e:x", { placement: "off" })),
      "Only extensions",
      ["e:x"],
    ],
  ])("%s %#", (code, given, words, nodes) => {
    const [first] = errors(given).filter((one) => one.code === code);
    expect(first?.message).toContain(words);
    expect(first?.nodes.sort()).toEqual([...nodes].sort());
    expect(first?.hint).toBeTruthy();
  });

  it("says which edges are wrong", () => {
    const given = graph([...way("r:otlp > e:debug"), ...way("r:otlp > e:gone2")]);
    given.nodes = given.nodes.filter(({ id }) => id !== "e:gone2");
    expect(errors(given)[0]).toMatchObject({ code: "dangling_edge", edges: [1] });
  });

  it("settings that nest without end", () => {
    let config: unknown = 1;
    for (let i = 0; i < 100_000; i++) config = [config];
    expect(errors(graph(way("r:otlp > e:debug"), node("e:x", { config })))[0]?.code).toBe("too_deep");
  });

  it("branches and joins that multiply", () => {
    const stages = Array.from({ length: 20 }, (_, i) => i);
    const edges = stages.flatMap((i) =>
      ["a", "b"].flatMap((x) =>
        ["a", "b"].map((y) => ({ from: `p:${x}${i}`, to: `p:${y}${i + 1}`, signal: "traces" as const })),
      ),
    );
    const ends = ["a", "b"].flatMap((x) => [...way(`r:otlp > p:${x}0`), ...way(`p:${x}20 > e:debug`)]);
    expect(errors(graph([...edges, ...ends])).map(({ code }) => code)).toEqual(["too_many_pipelines"]);
  });

  it("a processor of two signals on both sides of a connector is no cycle", () => {
    expect(
      Object.keys(
        pipelines(
          graph([
            ...way("r:otlp > p:batch > c:spanmetrics"),
            ...way("c:spanmetrics > p:batch > e:debug", "metrics"),
          ]),
        ),
      ),
    ).toEqual(["metrics", "traces"]);
  });
});

describe("what has no effect is told and kept", () => {
  it("components without edges, extensions that are off", () => {
    const { content, problems } = graphToYaml(
      graph(
        way("r:otlp > e:debug"),
        node("p:batch"),
        node("x:zpages"),
        node("x:pprof", { placement: "off" }),
      ),
    );
    expect(problems.map(({ code, nodes }) => [code, nodes])).toEqual([["unused", ["p:batch"]]]);
    expect(parse(content as string)).toMatchObject({
      processors: { batch: null },
      extensions: { pprof: null, zpages: null },
      service: { extensions: ["zpages"] },
    });
  });

  it("a graph without a way", () => {
    expect(graphToYaml({ nodes: [], edges: [] }).problems.map(({ code }) => code)).toEqual(["no_pipeline"]);
  });
});

describe("what is wrong in a text is told by place", () => {
  it.each([
    [
      "receivers:\n  otlp:\nservice:\n  pipelines:\n    traces:\n      receivers: [otlp, gone]\n",
      "undefined_component",
      6,
      25,
    ],
    ["service:\n  pipelines:\n    spans:\n", "unknown_signal", 3, 5],
    ["service:\n  extensions: [gone]\n", "undefined_component", 2, 16],
    ["receivers: [a]\n", "not_a_map", 1, 12],
    ["service:\n  pipelines:\n    traces:\n      receivers: otlp\n", "not_a_list", 4, 18],
    ["- a\n", "not_a_map", 1, 1],
    ["receivers:\n  a: [\n", "yaml_syntax", 3, 1],
    ["receivers:\n  a:\n  a:\n", "duplicate_key", 3, 3],
    ["receivers:\n  a: \0\n", "nul_byte", 2, 6],
  ])("%j", (content, code, line, column) => {
    expect(yamlToGraph(content).diagnostics).toContainEqual(expect.objectContaining({ code, line, column }));
  });

  it("a text that cannot be read is not written over", () => {
    const { content, diagnostics } = graphToYaml(graph(way("r:otlp > e:debug")), "a: [\n");
    expect(content).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(["yaml_syntax"]);
  });
});
