import { useEffect, useState } from "react";

/** The value once it has stayed the same for so long, for what is asked of a server as somebody types. */
export function useSettled<T>(value: T, forMs = 400): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), forMs);
    return () => clearTimeout(timer);
  }, [value, forMs]);
  return settled;
}
