/** "now", "in 4 min", "in 3 h", "in 2 days"; what is over is now. */
export function until(moment: string, now = Date.now()): string {
  const seconds = (Date.parse(moment) - now) / 1000;
  if (seconds < 45) return "now";
  if (seconds < 3600) return `in ${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 172_800) return `in ${Math.round(seconds / 3600)} h`;
  return `in ${Math.round(seconds / 86_400)} days`;
}

const SHOWN: Intl.DateTimeFormatOptions = {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
};

/** A moment as clocks of this zone show it, with the zone's name; in UTC where the zone is not known here. */
export function inZone(moment: string, timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...SHOWN, timeZone }).format(new Date(moment));
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...SHOWN, timeZone: "UTC" }).format(new Date(moment));
  }
}

/** The zone of whoever looks. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** All zones that the browser knows, with UTC and those that are in use. */
export function zones(...used: string[]): string[] {
  return [...new Set([...used, "UTC", ...Intl.supportedValuesOf("timeZone")])];
}

/** A day from now, as a date. */
export function dateIn(days: number, now = Date.now()): string {
  return new Date(now + days * 86_400_000).toISOString().slice(0, 10);
}

/** A date in the words of the reader's country, and by his clock unless a zone is named; – for none. */
export function day(moment: string | null | undefined, timeZone?: string): string {
  if (!moment) return "–";
  return new Intl.DateTimeFormat(undefined, {
    dateStyle: "medium",
    ...(timeZone && { timeZone }),
  }).format(new Date(moment));
}

const SHORT_DAY = new Intl.DateTimeFormat("en", {
  month: "short",
  day: "numeric",
  timeZone: "UTC",
});

/** Oct 29; a date without a time is the same day everywhere. */
export function shortDay(date: string): string {
  return SHORT_DAY.format(new Date(`${date}T00:00:00Z`));
}
