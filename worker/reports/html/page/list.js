// The tests, narrowed by verdict, suite and text.

const PAGE = 100;
const WORST = ["failed", "broken", "blocked", "skipped", "passed"];
const filter = { verdicts: new Set(), suite: "", text: "", sort: "worst", only: null, onlyWords: "", shown: PAGE, open: new Set() };

function listView() {
  const list = el("ul", { class: "list" });
  const more = el("button", { type: "button", class: "more", onclick: () => { filter.shown += PAGE * 5; refreshList(); } });
  const note = el("p", { class: "quiet small", role: "status" });
  listView.parts = { list, more, note };
  return el("section", {}, filtersView(), note, list, more);
}

function filtersView() {
  const suites = [...new Set(index.tests.map((test) => test.suite))];
  const search = el("input", { type: "search", placeholder: "Name, reason or tag  ( / )", "aria-label": "Search tests",
    oninput: (event) => { filter.text = event.target.value.toLowerCase(); narrowed(); } });
  listView.search = search;
  return el("div", {},
    el("div", { class: "filters chips", role: "group", "aria-label": "Verdicts" }, WORST.map(verdictChip)),
    el("div", { class: "filters" }, search,
      suites.length > 1 && choice("Suite", ["", ...suites], (value) => value || "All suites", (value) => { filter.suite = value; }),
      choice("Order", ["worst", "plan", "slowest"], (value) => ({ worst: "Worst first", plan: "As planned", slowest: "Slowest first" })[value], (value) => { filter.sort = value; })));
}

function verdictChip(verdict) {
  const number = index.tests.filter((test) => test.verdict === verdict).length;
  if (!number) return null;
  const chip = el("button", { type: "button", class: `chip ${verdict}`, "aria-pressed": "false" }, mark(verdict), " ", el("b", {}, number.toLocaleString("en")), ` ${verdict}`);
  chip.addEventListener("click", () => {
    const pressed = !filter.verdicts.has(verdict);
    filter.verdicts[pressed ? "add" : "delete"](verdict);
    chip.setAttribute("aria-pressed", pressed);
    narrowed();
  });
  return chip;
}

function choice(words, values, name, choose) {
  return el("select", { "aria-label": words, onchange: (event) => { choose(values[event.target.selectedIndex]); narrowed(); } },
    values.map((value) => el("option", {}, name(value))));
}

function narrowed() {
  filter.shown = PAGE;
  refreshList();
}

// A selection that came from a picture: these tests and no others.
function showOnly(numbers, words) {
  filter.only = new Set(numbers);
  filter.onlyWords = words;
  filter.shown = PAGE;
  go("tests");
  refreshList();
}

function isWanted(test, number) {
  if (filter.only && !filter.only.has(number)) return false;
  if (filter.verdicts.size && !filter.verdicts.has(test.verdict)) return false;
  if (filter.suite && test.suite !== filter.suite) return false;
  if (!filter.text) return true;
  return [test.name, test.title, test.reason, ...(test.tags || [])].some((text) => text && text.toLowerCase().includes(filter.text));
}

const ORDERS = {
  plan: (one, other) => one - other,
  worst: (one, other) => WORST.indexOf(index.tests[one].verdict) - WORST.indexOf(index.tests[other].verdict) || one - other,
  slowest: (one, other) => index.tests[other].seconds - index.tests[one].seconds || one - other,
};

function refreshList() {
  const { list, more, note } = listView.parts;
  const found = index.tests.map((test, number) => number).filter((number) => isWanted(index.tests[number], number)).sort(ORDERS[filter.sort]);
  list.replaceChildren(...found.slice(0, filter.shown).map(rowView));
  more.hidden = found.length <= filter.shown;
  more.textContent = `Show more of ${counted(found.length, "test")}`;
  note.replaceChildren(...noteOn(found.length));
}

function noteOn(number) {
  if (filter.only) return [`${filter.onlyWords}: ${counted(number, "test")} `, el("button", { type: "button", class: "plain", onclick: () => { filter.only = null; narrowed(); } }, "show all")];
  return number === index.tests.length ? [] : [number ? counted(number, "test") : "No test is like this."];
}

function rowView(number) {
  const test = index.tests[number];
  const item = el("li", { id: `row-${number}` });
  const row = el("button", { type: "button", class: `row ${test.verdict}`, "aria-expanded": "false" },
    mark(test.verdict),
    el("span", { class: "name" }, test.label, test.title && el("span", { class: "quiet" }, `  ${test.title}`), tagsOf(test)),
    el("span", { class: "took" }, test.attempts ? duration(test.seconds) : ""),
    test.reason && el("span", { class: "why" }, test.reason));
  const toggle = (open) => {
    row.setAttribute("aria-expanded", open);
    filter.open[open ? "add" : "delete"](number);
    item.querySelector(".detail")?.remove();
    if (open) item.append(testView(number));
  };
  row.addEventListener("click", () => {
    const open = row.getAttribute("aria-expanded") !== "true";
    toggle(open);
    // The address of what one looks at can be copied; it makes no step for the back button.
    if (open) history.replaceState(null, "", `#${encodeURIComponent(`test=${test.name}`)}`);
  });
  item.append(row);
  item.open = () => { toggle(true); row.focus({ preventScroll: true }); item.scrollIntoView({ block: "start" }); };
  if (filter.open.has(number)) toggle(true);
  return item;
}

function tagsOf(test) {
  const words = [test.attempts > 1 && `${test.attempts} attempts`, test.quarantine && "quarantine", test.required_only && "needed by others"];
  return words.filter(Boolean).map((word) => el("span", { class: "tag" }, word));
}

// Open one test, whatever the filters say.
function openTest(name) {
  const number = index.tests.findIndex((test) => test.name === name);
  if (number < 0) return;
  if (!document.getElementById(`row-${number}`)) {
    filter.only = new Set([number]);
    filter.onlyWords = "Chosen";
    refreshList();
  }
  document.getElementById(`row-${number}`)?.open();
}
