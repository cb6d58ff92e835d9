import { exitCodeTexts } from "../../exit-codes.ts";
import { metricSyntax } from "../deploy/metric-gate.ts";
import { windowSyntax } from "../deploy/window-text.ts";
import { packageSyntax } from "../releases/packages.ts";

/** What `muster help <topic>` knows beside the commands. */
export const topics: Record<string, { summary: string; text: string }> = {
  "exit-codes": {
    summary: "What the exit codes mean",
    text: exitCodeTexts()
      .map(({ code, about }) => `${String(code).padStart(4)}  ${about}`)
      .join("\n"),
  },
  environment: {
    summary: "Environment variables and files",
    text: [
      "MUSTER_CONTEXT   The context to work in; see `muster contexts`",
      "MUSTER_URL       The server, instead of the one signed in to",
      "MUSTER_API_KEY   An API key; goes before the sign-in",
      "MUSTER_ORG       Organization, by id, slug or name",
      "MUSTER_PROJECT   Project, by id, slug or name",
      "MUSTER_FLEET     Fleet, by id, slug or name",
      "NO_COLOR         Set to anything: no colours",
      "FORCE_COLOR      Colours even when the output is not a terminal",
      "VISUAL, EDITOR   The editor of `muster configs edit`",
      "XDG_CONFIG_HOME  Where muster/contexts.json is kept (default ~/.config); mode 0600",
      "",
      "A flag goes before the environment, the environment before `muster use`,",
      "and where there is only one thing to choose, it is chosen.",
    ].join("\n"),
  },
  "plan-file": {
    summary: "How a plan file for `muster deploy -f` is written",
    text: [
      "YAML or JSON: the body of POST /v1/fleets/{fleet}/rollouts, with names in place of ids.",
      "What is left out has the server's default. One of release and assignments is needed.",
      "",
      "release: 3                      # an earlier release, by number or id; or:",
      "assignments:",
      "  - config: greeting@3          # a name, name@version or id",
      "    selector: role=web          # left out: every agent",
      "    fileName: greeting.txt      # left out: as in the current release",
      "keepOthers: true                # the current release's other configs stay",
      "strategy:                       # all-at-once, rolling, canary or blue-green",
      "  kind: canary",
      "  steps: [{ agents: 1 }, { agents: 10% }, { selector: region=eu }]",
      "  promotion: manual             # or automatic, with pauseSeconds",
      "gates:",
      "  soakSeconds: 30",
      "  maxFailures: 5%",
      "  metrics:",
      "    - metric: http_errors_total",
      "      per: http_requests_total",
      "      as: rate",
      "      compare: { worse: higher, byPercent: 10, atLeast: 0.01 }",
      "  webhooks:",
      "    - { url: 'https://ci.example.com/gate', on: [start, promotion] }",
      "  approval: true",
      "schedule:",
      "  startAt: 2026-11-22T02:00:00Z",
      "  windows:",
      "    - { days: [mon, tue], from: '22:00', to: '04:00', timeZone: Europe/Berlin }",
      "onActive: queue                 # or refuse, supersede",
      "message: why",
    ].join("\n"),
  },
  syntax: {
    summary: "How selectors, metrics, windows, times and packages are written",
    text: [
      "selector  role=web  region!=eu  host.name=~web-.*  host.name!~test  region in (eu,us)  gpu exists",
      "          terms are joined by commas, and all must hold",
      `metric    ${metricSyntax}`,
      '          errors_total{code="500"} per requests_total as rate, worse higher by 10%, at least 0.01',
      `window    ${windowSyntax}; days also as sat,sun or daily`,
      "time      2026-11-22T02:00Z, 2026-11-22T03:00+01:00, or from now: 30m, 2h, 7d",
      `package   ${packageSyntax}`,
      "amount    5 agents, or 10% of those that change, rounded up",
    ].join("\n"),
  },
};
