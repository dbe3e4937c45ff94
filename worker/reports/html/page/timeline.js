// What ran when. A lane never holds two things at once.

function timelineView() {
  const timeline = index.timeline;
  if (!timeline.bars.length) return el("p", { class: "quiet" }, "Nothing was sent.");
  const seconds = timeline.seconds || 0.001;
  const lanes = Array.from({ length: timeline.lanes }, () => el("div", { class: "lane" }));
  const critical = new Set(index.critical);
  const bars = timeline.bars.map((bar) => barView(bar, seconds, critical));
  timeline.bars.forEach((bar, number) => lanes[bar.lane].append(bars[number]));
  roving(bars);
  const gantt = el("div", { class: "gantt" }, ticks(seconds), lanes);
  let wide = 100;
  return el("section", {},
    timeline.note && el("p", { class: "quiet" }, timeline.note),
    el("p", { class: "quiet small" }, `${counted(timeline.bars.length, "attempt")} in ${duration(seconds)}, at most ${timeline.lanes} at once. Darker parts are the steps of a test while they were in flight; dashed bars are renewals and clean-ups.`),
    el("div", { class: "bar-of-buttons" }, zoomButtons((factor) => {
      wide = factor === 0 ? 100 : Math.max(100, Math.min(wide * factor, 6400));
      gantt.style.setProperty("width", `${wide}%`);
    })),
    legendView(),
    el("div", { class: "picture" }, gantt));
}

function barView(bar, seconds, critical) {
  const name = `${bar.kind === "test" ? "" : `${bar.kind}: `}${bar.label}${bar.kind === "test" && bar.number > 1 ? `, attempt ${bar.number}` : ""}`;
  const steps = bar.steps.map(([step, start, end]) => `\n${step}: ${duration(end - start)} from ${duration(start)} on`).join("");
  return el("button", { type: "button", class: `bar ${bar.verdict} ${bar.kind}${critical.has(bar.test) ? " critical" : ""}`,
    title: `${name}: ${bar.verdict}, ${duration(bar.end - bar.start)} from ${duration(bar.start)} on${steps}`,
    place: { left: `${(100 * bar.start) / seconds}%`, width: `${(100 * (bar.end - bar.start)) / seconds}%` },
    onclick: () => bar.test !== null && go(`test=${index.tests[bar.test].name}`) },
    el("span", {}, `${MARKS[bar.verdict]} ${name}`), stepParts(bar));
}

// A step begins where it was sent: what lies between two of them was waiting.
function stepParts(bar) {
  const whole = bar.end - bar.start || 1;
  return bar.steps.map(([, start, end]) =>
    el("i", { place: { left: `${(100 * (start - bar.start)) / whole}%`, width: `${(100 * (end - start)) / whole}%` } }));
}

function ticks(seconds) {
  const rough = seconds / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, number) =>
    el("div", { class: "tick", place: { left: `${(100 * number * step) / seconds}%` } }, duration(number * step)));
}
