// The page itself: tabs, the address after #, light and dark, keys.

const index = data("index");
const TABS = [["tests", "Tests", listView], ["graph", "Graph", graphView], ["timeline", "Timeline", timelineView], ["more", "More", moreView]];
const panels = new Map();

function go(place) {
  location.hash = encodeURIComponent(place);
}

function arrive() {
  const place = decodeURIComponent(location.hash.slice(1)) || "tests";
  const test = place.startsWith("test=") ? place.slice(5) : null;
  show(test !== null ? "tests" : place);
  if (test !== null) openTest(test);
}

function show(wanted) {
  const known = panels.has(wanted) ? wanted : "tests";
  for (const [name, { tab, panel, view }] of panels) {
    const is = name === known;
    tab.setAttribute("aria-selected", is);
    tab.setAttribute("tabindex", is ? "0" : "-1");
    panel.hidden = !is;
    // A picture is drawn when somebody looks at it.
    if (is && !panel.firstChild) {
      panel.append(view());
      if (name === "tests") refreshList();
    }
  }
}

function tabsView() {
  const bar = el("div", { role: "tablist" });
  for (const [name, words, view] of TABS) {
    if (name === "more" && !hasMore()) continue;
    const tab = el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => go(name), onkeydown: turn }, words);
    panels.set(name, { tab, view, panel: el("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, hidden: true }) });
    bar.append(tab);
  }
  return el("div", { class: "tabs" }, bar, themeButton());
}

function turn(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const names = [...panels.keys()];
  const name = names[(names.findIndex((each) => panels.get(each).tab === event.target) + step + names.length) % names.length];
  go(name);
  panels.get(name).tab.focus();
}

function themeButton() {
  const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const button = el("button", { type: "button", class: "theme small", onclick: () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    button.textContent = isDark() ? "☀ Light" : "☾ Dark";
  } }, isDark() ? "☀ Light" : "☾ Dark");
  return button;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  event.preventDefault();
  show("tests");
  listView.search.focus();
});

document.getElementById("main").replaceChildren(
  ...index.notices.map((notice) => el("p", { class: "notice" }, notice)), tabsView(), ...[...panels.values()].map(({ panel }) => panel));
window.addEventListener("hashchange", arrive);
arrive();
const bad = index.tests.filter((test) => test.verdict === "failed" || test.verdict === "broken");
if (!location.hash && bad.length === 1) { filter.open.add(index.tests.indexOf(bad[0])); refreshList(); }
