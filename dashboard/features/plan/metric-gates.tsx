import { Plus, X } from "lucide-react";
import { Button, IconButton } from "../../ui/button.tsx";
import { CheckField } from "../../ui/field.tsx";
import { PlanNumber, PlanSelect, PlanText, useFieldError } from "./field-errors.tsx";
import { emptyMetric, type MetricDraft, nextKey } from "./terms.ts";

interface MetricGatesProps {
  metrics: MetricDraft[];
  onChange: (metrics: MetricDraft[]) => void;
}

export function MetricGates({ metrics, onChange }: MetricGatesProps) {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-soft">
        Judged on what the wave's agents report once they have applied it, and compared with agents of later
        waves if you like.
      </p>
      {metrics.map((metric, index) => (
        <MetricFields
          key={metric.key}
          metric={metric}
          index={index}
          onChange={(fields) =>
            onChange(metrics.map((each) => (each.key === metric.key ? { ...each, ...fields } : each)))
          }
          onRemove={() => onChange(metrics.filter((each) => each.key !== metric.key))}
        />
      ))}
      <Button
        size="sm"
        look="quiet"
        className="self-start"
        onClick={() => onChange([...metrics, { key: nextKey(metrics), ...emptyMetric }])}
      >
        <Plus aria-hidden className="size-3.5" />
        {metrics.length === 0 ? "Add a metric gate" : "Another metric"}
      </Button>
    </div>
  );
}

interface MetricFieldsProps {
  metric: MetricDraft;
  index: number;
  onChange: (fields: Partial<MetricDraft>) => void;
  onRemove: () => void;
}

function MetricFields({ metric, index, onChange, onRemove }: MetricFieldsProps) {
  const path = `gates.metrics[${index}]`;
  const refused = useFieldError(path, `${path}.compare`);
  return (
    <fieldset className="relative grid gap-3 rounded-lg border bg-sunken/60 p-3 sm:grid-cols-2">
      <legend className="sr-only">Metric gate {index + 1}</legend>
      <PlanText
        path={`${path}.metric`}
        label="Metric"
        placeholder='http_errors_total{code="500"}'
        className="pr-10 sm:col-span-2"
        value={metric.metric}
        onChange={(event) => onChange({ metric: event.target.value })}
      />
      <IconButton
        label={`Remove metric gate ${index + 1}`}
        className="absolute top-8.5 right-2"
        onClick={onRemove}
      >
        <X aria-hidden />
      </IconButton>
      <PlanSelect
        path={`${path}.as`}
        label="Read as"
        value={metric.as}
        onChange={(event) => onChange({ as: event.target.value === "value" ? "value" : "rate" })}
      >
        <option value="rate">rate per second</option>
        <option value="value">value as it is</option>
      </PlanSelect>
      <PlanText
        path={`${path}.per`}
        label="Divided by"
        placeholder="not divided"
        hint="Such as http_requests_total: errors per request."
        value={metric.per}
        onChange={(event) => onChange({ per: event.target.value })}
      />
      <PlanNumber
        path={`${path}.max`}
        label="At most"
        placeholder="no limit"
        value={metric.max}
        onChange={(event) => onChange({ max: event.target.value })}
      />
      <PlanNumber
        path={`${path}.min`}
        label="At least"
        placeholder="no limit"
        value={metric.min}
        onChange={(event) => onChange({ min: event.target.value })}
      />
      <div className="sm:col-span-2">
        <CheckField
          label="Compare with agents that have not got it yet"
          checked={metric.compared}
          onChange={(compared) => onChange({ compared })}
        />
      </div>
      {metric.compared ? (
        <>
          <PlanSelect
            path={`${path}.compare.worse`}
            label="Worse is"
            value={metric.worse}
            onChange={(event) => onChange({ worse: event.target.value === "lower" ? "lower" : "higher" })}
          >
            <option value="higher">higher</option>
            <option value="lower">lower</option>
          </PlanSelect>
          <PlanNumber
            path={`${path}.compare.byPercent`}
            label="Worse by at most, percent"
            value={metric.byPercent}
            onChange={(event) => onChange({ byPercent: event.target.value })}
          />
          <PlanNumber
            path={`${path}.compare.atLeast`}
            label="Ignored up to"
            hint="A difference, in the metric's unit."
            value={metric.atLeast}
            onChange={(event) => onChange({ atLeast: event.target.value })}
          />
        </>
      ) : null}
      <PlanNumber
        path={`${path}.minSamples`}
        label="Samples needed"
        hint="On each side; fewer hold the rollout."
        value={metric.minSamples}
        onChange={(event) => onChange({ minSamples: event.target.value })}
      />
      {refused ? <p className="text-xs text-bad sm:col-span-2">{refused}</p> : null}
    </fieldset>
  );
}
