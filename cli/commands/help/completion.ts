import { z } from "zod";
import { argument, command, oneOf } from "../../spec.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** Each asks `muster __complete`, which prints one candidate a line and, after a tab, what it is. */
const scripts: Record<(typeof shells)[number], string> = {
  bash: `_muster() {
  local line current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  # Readline replaces only what comes after the last = or :.
  case "$current" in [=:]) current="" ;; esac
  while IFS= read -r line; do
    line="\${line%%$'\t'*}"
    case "$line" in --*=*) line="\${line#*=}" ;; esac
    COMPREPLY+=("$(printf '%q' "$line")")
  done < <(muster __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt -o default 2>/dev/null
}
complete -F _muster muster`,
  zsh: `#compdef muster
_muster() {
  local -a found described
  found=("\${(@f)$(muster __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("\${(@)found:#}")
  if (( \${#found} )); then
    described=("\${(@)found//:/\\:}")
    described=("\${(@)described/$'\t'/:}")
    _describe -V muster described
  else
    _files
  fi
}
if [ "\${funcstack[1]}" = "_muster" ]; then _muster "$@"; else compdef _muster muster; fi`,
  fish: `function __muster_complete
  set -l words (commandline -opc)
  set -l found (muster __complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c muster -f -a '(__muster_complete)'`,
};

export const completion = command({
  name: "completion",
  summary: "Print the completion script of a shell",
  args: { shell: argument(shells.join(", "), oneOf(shells)) },
  examples: [
    "source <(muster completion bash)",
    "source <(muster completion zsh)",
    "muster completion fish | source",
  ],
  answer: z.object({ shell: z.enum(shells), script: z.string() }),
  async run(cli, { args }) {
    const script = scripts[args.shell];
    cli.output.result({ shell: args.shell, script }, () => script);
  },
});
