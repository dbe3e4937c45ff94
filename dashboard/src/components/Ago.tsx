import { useEffect, useState } from "react";
import { ago, moment } from "../lib/format";

/** How long ago something was, kept right; the moment itself on demand. */
export function Ago({ time }: { time: string | null | undefined }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((number) => number + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (!time) return <>–</>;
  return (
    <time dateTime={time} title={moment(time)}>
      {ago(time)}
    </time>
  );
}
