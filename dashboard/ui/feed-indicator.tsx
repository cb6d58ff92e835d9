import { CircleSlash, LoaderCircle, Radio, WifiOff } from "lucide-react";
import type { FeedStatus } from "../api/live.ts";
import { cx } from "../lib/class-names.ts";

const looks = {
  live: { icon: Radio, text: "Live", className: "text-good" },
  connecting: { icon: LoaderCircle, text: "Connecting", className: "text-soft" },
  gone: { icon: CircleSlash, text: "No such fleet", className: "text-bad" },
  offline: { icon: WifiOff, text: "Reconnecting", className: "text-warn" },
};

/** Says whether what is shown is the present. */
export function FeedIndicator({ status }: { status: FeedStatus }) {
  const { icon: Icon, text, className } = looks[status];
  return (
    <span role="status" className={cx("inline-flex items-center gap-1.5 text-sm font-medium", className)}>
      <Icon aria-hidden className={cx("size-3.5", status === "connecting" && "animate-spin")} />
      {text}
    </span>
  );
}
