// Everything about one test.

function testView(number) {
  const test = index.tests[number];
  const detail = data(`test-${number}`);
  const view = el("div", { class: `detail ${test.verdict}` },
    detail.reason && test.verdict !== "passed" && !failedChecks(detail).length && el("p", { class: "said" }, detail.reason),
    test.blocked_by !== undefined && el("p", {}, "Blocked by ", testLink(test.blocked_by)),
    placeLine(detail, test),
    detail.blocked.length > 0 && linkedTests(`Blocked ${counted(detail.blocked.length, "test")}`, detail.blocked),
    attemptsView(detail.attempts),
    handedOnView(detail.handed_on),
    needsView(detail.needs),
    linkedTests("Needed by", detail.needed_by),
    besideView("Clean-up", detail.cleanups));
  return view;
}

const failedChecks = (detail) => (detail.attempts.at(-1)?.steps || []).flatMap((step) => step.checks.filter((check) => !check.passed));

function placeLine(detail, test) {
  const words = [
    detail.where && `${detail.where.path}:${detail.where.line}`,
    detail.category && `category ${detail.category}`,
    test.quarantine,
    test.required_only && "not asked for, needed by others",
  ].filter(Boolean);
  return words.length > 0 && el("p", { class: "quiet small" }, words.join(" · "));
}

function testLink(number) {
  const test = index.tests[number];
  if (!test) return el("span", {}, "a test of another run");
  return el("button", { type: "button", class: "plain", onclick: () => go(`test=${test.name}`) }, mark(test.verdict), " ", test.label);
}

function linkedTests(title, numbers) {
  if (!numbers.length) return null;
  const first = numbers.slice(0, 12);
  return el("div", {}, el("h2", {}, title),
    el("div", { class: "linked" }, first.map(testLink),
      numbers.length > first.length && el("button", { type: "button", class: "plain", onclick: () => showOnly(numbers, title) }, `and ${numbers.length - first.length} more`)));
}

function needsView(needs) {
  if (!needs.length) return null;
  return el("div", {}, el("h2", {}, "Needs"),
    el("table", {}, needs.map((edge) => el("tr", {},
      el("td", {}, testLink(edge.test)), el("td", { class: "quiet" }, edge.kind || ""), el("td", { class: "quiet" }, edge.reasons.join(", "))))));
}

function attemptsView(attempts) {
  if (!attempts.length) return null;
  if (attempts.length === 1) return stepsView(attempts[0].steps, attempts[0].verdict !== "passed");
  return attempts.map((attempt, position) => el("details", { class: "step", open: position === attempts.length - 1 },
    el("summary", {}, mark(attempt.verdict), ` Attempt ${attempt.number}`,
      el("span", { class: "quiet" }, ` · ${duration(attempt.seconds)}${attempt.verdict === "passed" ? "" : ` · ${attempt.reason}`}`)),
    stepsView(attempt.steps, attempt.verdict !== "passed")));
}

function stepsView(steps, open) {
  if (steps.length === 1 && !steps[0].name) return stepBody(steps[0], open);
  const deciding = steps.find((step) => ["failed", "broken", "blocked"].includes(step.verdict));
  return repeated(steps).map((times, position) => {
    const last = times.at(-1);
    const seconds = secondsOf(times);
    return el("details", { class: "step", open: open && times.includes(deciding) },
      el("summary", {}, mark(last.verdict), ` ${position + 1}. ${last.name || "the request"}`,
        el("span", { class: "quiet" }, stepFacts(last, last.iteration, seconds))),
      times.length === 1 ? stepBody(last, open) : times.map((step) => iterationView(step, open && step === deciding)));
  });
}

// Steps in groups: those that were done again until an answer was there are one.
function repeated(steps) {
  const groups = [];
  for (const step of steps) {
    const before = groups.at(-1);
    if (step.iteration > 1 && before && before.at(-1).step === step.step) before.push(step);
    else groups.push([step]);
  }
  return groups;
}

// From the first request of a group to its last answer, with the pauses between.
function secondsOf(times) {
  const [first, last] = [times[0], times.at(-1)];
  if (!first.started_at || !last.started_at) return last.seconds;
  return (new Date(last.started_at) - new Date(first.started_at)) / 1000 + last.seconds;
}

const iterationView = (step, open) => el("details", { class: "step", open },
  el("summary", {}, mark(step.verdict), ` Time ${step.iteration}`, el("span", { class: "quiet" }, stepFacts(step, 1, step.seconds))), stepBody(step, open));

function stepFacts(step, times, seconds) {
  const exchange = step.exchange;
  const answer = exchange ? `${exchange.request.method} ${exchange.response ? exchange.response.status : "no answer"}` : step.reason;
  return ` · ${[answer, times > 1 && `${times} times`, exchange && duration(seconds)].filter(Boolean).join(" · ")}`;
}

function stepBody(step, open) {
  const failed = step.checks.filter((check) => !check.passed).sort((one, other) => one.where.line - other.where.line || one.where.column - other.where.column);
  return el("div", {},
    !failed.length && step.reason && step.verdict !== "passed" && step.name && el("p", { class: "said" }, step.reason),
    failed.map(failureView),
    exchangeView(step.exchange, open),
    checksView(step.checks),
    capturesView(step.captures));
}

function failureView(check) {
  return el("div", {}, snippet(check.where, check.message), differenceView(check));
}

// The user's own line, and a caret under what did not hold.
function snippet(where, message) {
  if (!where || !where.text) return el("p", { class: "said" }, where ? `${where.path}:${where.line}:${where.column}  ${message}` : message);
  const number = `${where.line} | `;
  // What stands to the left of all the line is no news; neither is what lies far before the caret.
  const lead = Math.max(where.text.search(/\S/) - 2, 0);
  const room = window.innerWidth < 640 ? 24 : 60;
  const left = Math.max(where.column - 1 - lead, 0);
  const cut = left > room ? left - Math.round(room / 2) : 0;
  const line = (cut ? "…" : "") + where.text.slice(lead + cut, lead + cut + 160);
  const indent = " ".repeat(number.length + left - cut + (cut ? 1 : 0));
  const carets = "^".repeat(Math.max(1, Math.min(where.length, line.length - (left - cut))));
  return el("div", {},
    el("div", { class: "quiet small" }, `${where.path}:${where.line}:${where.column}`),
    plainText({ class: "code" }, `${number}${line}\n${indent}`, el("span", { class: "caret" }, carets)),
    el("p", { class: "said" }, message));
}

function differenceView(check) {
  if (!check.difference) return null;
  return plainText({ "aria-label": "Difference" }, check.difference.split("\n").map((line) =>
    el("span", { class: line.startsWith("-") ? "minus" : line.startsWith("+") ? "plus" : null }, line, line.startsWith("-") || line.startsWith("+") ? "" : "\n")));
}

function checksView(checks) {
  if (!checks.length) return null;
  const held = checks.filter((check) => check.passed).length;
  return el("details", { open: held < checks.length },
    el("summary", { class: "small" }, `${held} of ${counted(checks.length, "expectation")} held`),
    el("ul", { class: "checks" }, checks.map(checkView)));
}

function checkView(check) {
  const what = [check.kind, check.subject].filter(Boolean).join(" ");
  return el("li", {}, mark(check.passed ? "passed" : "failed"),
    el("div", {}, el("code", {}, what), ` ${check.operator.replaceAll("_", " ")} `, el("code", {}, clipped(shown(check.expected))),
      !check.passed && el("span", {}, ", got ", el("code", {}, clipped(shown(check.actual ?? null))))));
}

const clipped = (text) => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

function capturesView(captures) {
  if (!captures.length) return null;
  return el("details", {}, el("summary", { class: "small" }, `${counted(captures.length, "capture")}`),
    el("div", { class: "scroll" }, el("table", {}, el("tr", {}, ["Name", "As", "From", "Value"].map((word) => el("th", {}, word))),
      captures.map((found) => el("tr", {}, el("td", {}, found.name), el("td", {}, found.target), el("td", { class: "mono" }, found.source),
        el("td", { class: "mono" }, clipped(shown(found.value ?? null))))))));
}

function handedOnView(origins) {
  const used = origins.filter((origin) => origin.used_by.length);
  if (!used.length) return null;
  return el("div", {}, el("h2", {}, "Handed on"),
    el("table", {}, used.map((origin) => el("tr", {}, el("td", {}, el("code", {}, origin.name)),
      el("td", {}, el("span", { class: "quiet" }, "used by "), el("span", { class: "linked" }, origin.used_by.map(testLink)))))));
}

function besideView(title, cleanups) {
  return cleanups.map((cleanup) => el("details", { class: "step", open: ["failed", "broken"].includes(cleanup.verdict) },
    el("summary", {}, mark(cleanup.verdict), ` ${title}`, el("span", { class: "quiet" }, cleanup.reason && ` · ${cleanup.reason}`)),
    cleanup.steps.length > 0 && stepsView(cleanup.steps, cleanup.verdict !== "passed")));
}
