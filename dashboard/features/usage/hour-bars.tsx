import { count } from "../../lib/format.ts";
import { exactTime } from "../../lib/time.ts";

const shownHours = 24;

interface HourBarsProps {
  title: string;
  unit: string;
  hours: { hour: string; quantity: number }[];
}

/** The last hours as bars; the table beside them says the same to screen readers. */
export function HourBars({ title, unit, hours }: HourBarsProps) {
  const shown = [...hours].sort((a, b) => a.hour.localeCompare(b.hour)).slice(-shownHours);
  const most = Math.max(...shown.map((hour) => hour.quantity), 1);
  if (shown.length === 0) return null;
  return (
    <figure className="relative mt-4">
      <div aria-hidden className="flex h-16 items-end gap-px border-b">
        {shown.map((hour) => (
          <div
            key={hour.hour}
            title={`${exactTime(hour.hour)}: ${count(hour.quantity)} ${unit}`}
            className="min-h-px max-w-8 flex-1 rounded-t-sm bg-accent/70 hover:bg-accent"
            style={{ height: `${(100 * hour.quantity) / most}%` }}
          />
        ))}
      </div>
      <figcaption className="mt-1.5 text-xs text-soft">
        By hour, UTC, {shown.length === 1 ? "one hour" : `the last ${shown.length} hours with any use`}
      </figcaption>
      {/* A table itself does not shrink to nothing. */}
      <div className="sr-only">
        <table>
          <caption>{title} by hour</caption>
          <tbody>
            {shown.map((hour) => (
              <tr key={hour.hour}>
                <th scope="row">{exactTime(hour.hour)}</th>
                <td>
                  {count(hour.quantity)} {unit}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
