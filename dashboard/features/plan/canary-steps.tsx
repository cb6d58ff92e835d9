import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useMemo } from "react";
import type { Agent } from "../../../protocol/api/agents.ts";
import { filterAgents } from "../../lib/filter-agents.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { useFieldError } from "./field-errors.tsx";
import { matchedText } from "./matched-text.ts";
import { nextKey, type StepDraft } from "./terms.ts";

const maxSteps = 20;

interface CanaryStepsProps {
  steps: StepDraft[];
  agents: ReadonlyMap<string, Agent>;
  onChange: (steps: StepDraft[]) => void;
}

export function CanarySteps({ steps, agents, onChange }: CanaryStepsProps) {
  const error = useFieldError("strategy.steps");
  const move = (from: number, to: number) => {
    const [step] = steps.slice(from, from + 1);
    const rest = steps.filter((_, index) => index !== from);
    if (step) onChange([...rest.slice(0, to), step, ...rest.slice(to)]);
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">Steps</legend>
      <ol className="flex flex-col gap-2">
        {steps.map((step, index) => (
          <li key={step.key} className="relative rounded-lg border bg-sunken/60 p-3">
            <h3 className="mb-2 text-sm text-soft">Step {index + 1}</h3>
            <StepFields
              step={step}
              index={index}
              agents={agents}
              onChange={(fields) =>
                onChange(steps.map((each) => (each.key === step.key ? { ...each, ...fields } : each)))
              }
            />
            <span className="absolute top-1.5 right-1.5 flex">
              <IconButton
                label={`Move step ${index + 1} up`}
                disabled={index === 0}
                onClick={() => move(index, index - 1)}
              >
                <ArrowUp aria-hidden />
              </IconButton>
              <IconButton
                label={`Move step ${index + 1} down`}
                disabled={index === steps.length - 1}
                onClick={() => move(index, index + 1)}
              >
                <ArrowDown aria-hidden />
              </IconButton>
              <IconButton
                label={`Remove step ${index + 1}`}
                disabled={steps.length === 1}
                onClick={() => onChange(steps.filter((each) => each.key !== step.key))}
              >
                <X aria-hidden />
              </IconButton>
            </span>
          </li>
        ))}
      </ol>
      {error ? <p className="text-xs text-bad">{error}</p> : null}
      <p className="text-xs text-soft">Agents of no step are the last wave.</p>
      <Button
        size="sm"
        look="quiet"
        className="self-start"
        disabled={steps.length >= maxSteps}
        onClick={() =>
          onChange([...steps, { key: nextKey(steps), by: "agents", agents: "50%", selector: "" }])
        }
      >
        <Plus aria-hidden className="size-3.5" />
        Another step
      </Button>
    </fieldset>
  );
}

interface StepFieldsProps {
  step: StepDraft;
  index: number;
  agents: ReadonlyMap<string, Agent>;
  onChange: (fields: Partial<StepDraft>) => void;
}

function StepFields({ step, index, agents, onChange }: StepFieldsProps) {
  const path = `strategy.steps[${index}]`;
  const refused = useFieldError(path, `${path}.agents`, `${path}.selector`);
  const { agents: matched, selectorError } = useMemo(
    () => filterAgents(agents.values(), { label: step.selector }),
    [agents, step.selector],
  );
  return (
    <div className="grid gap-3 sm:grid-cols-[11rem_1fr]">
      <SelectField
        label="Takes"
        value={step.by}
        onChange={(event) => onChange({ by: event.target.value === "selector" ? "selector" : "agents" })}
      >
        <option value="agents">so many more</option>
        <option value="selector">those that match</option>
      </SelectField>
      {step.by === "agents" ? (
        <TextField
          label="Agents"
          hint="A number, or a percentage of all that change."
          value={step.agents}
          onChange={(event) => onChange({ agents: event.target.value })}
          error={refused}
        />
      ) : (
        <TextField
          label="Label selector"
          placeholder="region=eu"
          maxLength={1000}
          value={step.selector}
          onChange={(event) => onChange({ selector: event.target.value })}
          error={selectorError ?? refused}
          hint={step.selector.trim() ? matchedText(matched) : "Such as role=web, region in (eu,us)."}
        />
      )}
    </div>
  );
}
