/** One part of a field between commas: from, to, and every how many; a single number is from and to. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

interface Field {
  readonly text: string;
  readonly spans: readonly Span[];
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const DAYS = "sun mon tue wed thu fri sat".split(" ");
const MONTH_NAMES =
  "January February March April May June July August September October November December".split(
    " ",
  );
const DAY_NAMES = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");

/** More clock times than these are told as hours and minutes. */
const MOST_TIMES = 6;

/** A cron expression in words; null for what is none at first sight. Why it is none the database says. */
export function cronInWords(cron: string): string | null {
  const texts = cron.trim().split(/\s+/);
  if (texts.length !== 5) return null;
  const [minutes, hours, days, months, weekdays] = [
    read(texts[0], 0, 59, []),
    read(texts[1], 0, 23, []),
    read(texts[2], 1, 31, []),
    read(texts[3], 1, 12, MONTHS),
    read(texts[4], 0, 7, DAYS),
  ];
  if (!minutes || !hours || !days || !months || !weekdays) return null;
  const time = timeOf(minutes, hours);
  const day = dayOf(days, weekdays);
  const month = isAll(months)
    ? ""
    : `in ${list(months.spans, (number) => MONTH_NAMES[number - 1] ?? "")}`;
  return [day === "" && /^at \d/.test(time) ? "every day" : "", time, day, month]
    .filter(Boolean)
    .join(" ")
    .replaceAll(" ,", ",");
}

function read(text = "", lowest: number, highest: number, names: string[]): Field | null {
  const spans = text.split(",").map((part) => spanOf(part, lowest, highest, names));
  return spans.includes(null) ? null : { text, spans: spans as Span[] };
}

function spanOf(part: string, lowest: number, highest: number, names: string[]): Span | null {
  const found = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(part);
  if (found === null) return null;
  const [, first = "", last, every] = found;
  const isStar = first === "*";
  const from = isStar ? lowest : numberOf(first, lowest, names);
  // 8/2 is from 8 on.
  const end = isStar || (every !== undefined && last === undefined) ? highest : from;
  const to = last === undefined ? end : numberOf(last, lowest, names);
  const step = every === undefined ? 1 : Number(every);
  const isRight = from >= lowest && to <= highest && from <= to && step > 0;
  return isRight && !(isStar && last !== undefined) ? { from, to, step } : null;
}

/** NaN for what is neither. */
function numberOf(word: string, lowest: number, names: string[]): number {
  if (/^\d{1,2}$/.test(word)) return Number(word);
  const place = names.indexOf(word.toLowerCase());
  return place < 0 ? Number.NaN : place + lowest;
}

const isAll = ({ text }: Field) => text === "*";

/** The step of a field such as star/15, which begins anew with each hour or day. */
function stepOf({ text, spans }: Field): number | null {
  return text.startsWith("*/") && spans.length === 1 ? (spans[0]?.step ?? null) : null;
}

function numbersOf({ spans }: Field): number[] {
  const all = spans.flatMap(({ from, to, step }) =>
    Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, place) => from + place * step),
  );
  return [...new Set(all)].sort((a, b) => a - b);
}

function timeOf(minutes: Field, hours: Field): string {
  const [atMinutes, atHours] = [numbersOf(minutes), numbersOf(hours)];
  const step = stepOf(minutes);
  if (isAll(hours)) return minutesOf(minutes);
  if (!isAll(minutes) && step === null && atMinutes.length * atHours.length <= MOST_TIMES) {
    const times = atHours.flatMap((hour) => atMinutes.map((minute) => clock(hour, minute)));
    return `at ${joined(times)}`;
  }
  const every = stepOf(hours);
  if (every !== null && every > 1 && 24 % every === 0) return everyFewHours(minutes, every);
  const within = hours.spans.map(({ from, to, step: by }) =>
    by === 1 ? `${clock(from, 0)} to ${clock(to, 59)}` : numbersIn({ from, to, step: by }),
  );
  return `${minutesOf(minutes, "")}, from ${joined(within)}`;
}

function everyFewHours(minutes: Field, every: number): string {
  const within = minutesOf(minutes, "");
  return within.startsWith("at")
    ? `every ${every} hours, ${within}`
    : `${within} of every ${ordinal(every)} hour`;
}

function numbersIn(span: Span): string {
  return joined(numbersOf({ text: "", spans: [span] }).map((hour) => clock(hour, 0)));
}

function minutesOf(minutes: Field, ofEvery = " of every hour"): string {
  const step = stepOf(minutes);
  if (isAll(minutes) || step === 1) return "every minute";
  if (step !== null && 60 % step === 0) return `every ${step} minutes`;
  const at = numbersOf(minutes);
  return `at ${at.length === 1 ? "minute" : "minutes"} ${joined(at.map(String))}${ofEvery}`;
}

/** Where both fields say something, either will do; unless one begins with a star: then both must. */
function dayOf(days: Field, weekdays: Field): string {
  const ofMonth = `on the ${list(days.spans, ordinal)} of the month`;
  const ofWeek = `on ${list(weekdays.spans, (number) => DAY_NAMES[number] ?? "")}`;
  if (isAll(days)) return isAll(weekdays) ? "" : ofWeek;
  if (isAll(weekdays)) return ofMonth;
  const mustBoth = days.text.startsWith("*") || weekdays.text.startsWith("*");
  return mustBoth ? `${ofMonth}, if it is ${ofWeek.slice(3)}` : `${ofMonth} and ${ofWeek}`;
}

function list(spans: readonly Span[], name: (number: number) => string): string {
  return joined(
    spans.map(({ from, to, step }) => {
      if (from === to) return name(from);
      if (step === 1) return `${name(from)} to ${name(to)}`;
      return joined(numbersOf({ text: "", spans: [{ from, to, step }] }).map(name));
    }),
  );
}

function ordinal(number: number): string {
  const isTeen = number >= 11 && number <= 13;
  const ending = isTeen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}

function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

function joined(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
