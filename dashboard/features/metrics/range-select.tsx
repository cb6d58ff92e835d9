import { inputClass } from "../../ui/field.tsx";
import { type Range, rangeNames, ranges } from "./ranges.ts";

export function RangeSelect({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  return (
    <select
      aria-label="Time"
      value={range}
      className={`${inputClass} max-w-40 pr-7`}
      onChange={({ target }) => onChange(rangeNames.find((name) => name === target.value) ?? "hour")}
    >
      {rangeNames.map((name) => (
        <option key={name} value={name}>
          {ranges[name].label}
        </option>
      ))}
    </select>
  );
}
