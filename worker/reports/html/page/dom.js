// Elements, texts and numbers. Whatever comes from outside becomes text, never HTML.

const SVG = "http://www.w3.org/2000/svg";
const MARKS = { passed: "✓", failed: "✗", broken: "‼", blocked: "⊘", skipped: "–" };

// What would turn the direction of all that follows, or show nothing, is shown as what it is.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const visible = (text) => text.replace(/\r\n/g, "\n").replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "place") for (const [key, to] of Object.entries(value)) node.style.setProperty(key, to);
    else node.setAttribute(name, value === true ? "" : visible(String(value)));
  }
  const wanted = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  node.append(...wanted.map((child) => (typeof child === "string" ? visible(child) : child)));
  return node;
}

const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

// Text as it came. It may be wider or higher than its place: the focus goes there, so that keys can move it.
const plainText = (attributes, ...children) => el("pre", { tabindex: "0", role: attributes["aria-label"] && "group", ...attributes }, ...children);

// Data that lies in the page, by its identifier. It is read when it is needed.
function data(identifier) {
  return JSON.parse(document.getElementById(identifier).textContent);
}

const mark = (verdict) => el("span", { class: `mark ${verdict}`, title: verdict, role: "img", "aria-label": verdict }, MARKS[verdict] || "·");

function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds > 0 && seconds < 0.00095) return `${Math.max(seconds * 1000, 0.1).toFixed(1)} ms`;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const all = Math.round(seconds);
  if (all < 3600) return `${Math.floor(all / 60)} m ${String(all % 60).padStart(2, "0")} s`;
  return `${Math.floor(all / 3600)} h ${String(Math.floor(all / 60) % 60).padStart(2, "0")} m`;
}

const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

// A body as it is read best: of JSON only the white space is changed, lest 1.10 become 1.1, a large number be
// rounded, and a key that is there twice be shown once. Everything else as it came.
function laidOut(body) {
  if (body.length > 200000 || !/^\s*[[{]/.test(body)) return body;
  try {
    JSON.parse(body);
  } catch {
    return body;
  }
  const out = [];
  let depth = 0;
  let before = "";
  for (const part of body.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const closes = part === "}" || part === "]";
    const opened = before === "{" || before === "[";
    if (closes) depth -= 1;
    if (closes ? !opened : opened || before === ",") out.push(`\n${"  ".repeat(depth)}`);
    else if (before === ":") out.push(" ");
    out.push(part.includes("\\u") ? JSON.stringify(JSON.parse(part)) : part);
    if (part === "{" || part === "[") depth += 1;
    before = part;
  }
  return out.join("");
}

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function copyButton(words, text) {
  const button = el("button", { type: "button", class: "small" }, words);
  button.addEventListener("click", async () => {
    button.textContent = (await copy(text)) ? "Copied" : "Could not copy";
    setTimeout(() => { button.textContent = words; }, 1500);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const worked = document.execCommand("copy");
    area.remove();
    return worked;
  }
}
