// As much of a browser as the page needs: elements, events, an address. It knows no HTML at all.
// node small_browser.js DATA SCRIPT: opens every tab and every test, and prints what stands there.

const { readFileSync } = require("node:fs");
const vm = require("node:vm");

class Node_ {
  constructor(tag) { Object.assign(this, { tag, attributes: {}, children: [], listeners: {}, hidden: false, dataset: {}, parent: null }); }
  append(...children) { for (const child of children) { if (child && child.tag) child.parent = this; this.children.push(child); } }
  replaceChildren(...children) { this.children = []; this.append(...children); }
  remove() { this.parent.children = this.parent.children.filter((child) => child !== this); }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  getAttribute(name) { return this.attributes[name] ?? null; }
  addEventListener(name, listener) { (this.listeners[name] ||= []).push(listener); }
  focus() { this.dispatch("focus"); }
  scrollIntoView() {}
  dispatch(name, event = {}) { for (const listener of this.listeners[name] || []) listener({ target: this, preventDefault() {}, ...event }); }
  click() { this.dispatch("click"); }
  get firstChild() { return this.children[0] ?? null; }
  get clientWidth() { return 1000; }
  get style() { return { setProperty() {} }; }
  get classList() { return { toggle() {} }; }
  get width() { return { baseVal: { value: Number(this.attributes.width) } }; }
  get textContent() { return this.children.map((child) => (child && child.tag ? child.textContent : String(child))).join(""); }
  set textContent(text) { this.children = [text]; }
  *all() { for (const child of this.children) if (child && child.tag) { yield child; yield* child.all(); } }
  querySelector(wanted) { const name = wanted.slice(1); for (const each of this.all()) if ((each.attributes.class || "").split(" ").includes(name)) return each; return null; }
}

const [, , dataPath, scriptPath] = process.argv;
const blocks = JSON.parse(readFileSync(dataPath, "utf8"));
const body = new Node_("body"), main = new Node_("main"), listeners = {};
body.append(main);
main.attributes.id = "main";
const location = { value: "", get hash() { return this.value; }, set hash(to) { this.value = `#${to.replace(/^#/, "")}`; (listeners.hashchange || []).forEach((listener) => listener()); } };
const document = {
  documentElement: new Node_("html"), body,
  createElement: (tag) => new Node_(tag),
  createElementNS: (space, tag) => new Node_(tag),
  addEventListener() {},
  getElementById(id) {
    if (id in blocks) return { textContent: blocks[id] };
    for (const each of body.all()) if (each.attributes.id === id) return each;
    return null;
  },
};
const history = { replaceState(state, title, address) { location.value = address; } };
const window = { innerWidth: 1000, addEventListener: (name, listener) => (listeners[name] ||= []).push(listener) };
const context = vm.createContext({ document, window, location, history, navigator: {}, matchMedia: () => ({ matches: false }), requestAnimationFrame: (then) => then(), setTimeout, decodeURIComponent, encodeURIComponent, Number, JSON });
vm.runInContext(readFileSync(scriptPath, "utf8"), context);

const found = { tabs: {}, tests: {} };
for (const tab of [...body.all()].filter((each) => each.attributes.role === "tab")) {
  tab.click();
  const panel = [...body.all()].find((each) => each.attributes["aria-labelledby"] === tab.attributes.id);
  found.tabs[tab.textContent] = panel.textContent;
}
for (const test of JSON.parse(blocks.index).tests) {
  location.hash = encodeURIComponent(`test=${test.name}`);
  const row = [...body.all()].find((each) => each.tag === "li" && (each.querySelector(".name")?.textContent || "").startsWith(test.label));
  found.tests[test.label] = row.querySelector(".detail")?.textContent ?? "";
}
// A click on a row closes it, another opens it again.
const last = [...body.all()].filter((each) => (each.attributes.class || "").startsWith("row ")).at(-1);
last.click();
if (last.attributes["aria-expanded"] !== "true") last.click();
found.address = decodeURIComponent(location.hash);
found.unreachable = [...body.all()].filter((each) => each.tag === "pre" && each.attributes.tabindex !== "0").length;
found.nameless = [...body.all()].filter((each) => each.tag === "pre" && each.attributes["aria-label"] && !each.attributes.role).length;
found.boxes = [...body.all()].filter((each) => each.tag === "g").length;
found.bars = [...body.all()].filter((each) => (each.attributes.class || "").startsWith("bar ")).length;
process.stdout.write(JSON.stringify(found));
