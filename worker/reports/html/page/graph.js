// Who waits for whom. Columns from left to right; the layout was made when the report was written.

function graphView() {
  const graph = index.graph;
  const [width, height] = graph.box;
  const critical = criticalSteps(graph.boxes);
  const edges = graph.lines.map((line) => edgeView(line, graph.boxes, critical));
  const boxes = graph.boxes.map((box, number) => boxView(box, number, width, height, graph, edges));
  const svg = draw("svg", { viewBox: `0 0 ${graph.width} ${graph.height}`, width: graph.width, height: graph.height, role: "group", "aria-label": "Dependencies of the tests" }, edges, boxes);
  roving(boxes);
  const picture = el("div", { class: "picture" }, svg);
  const resize = (wide) => {
    const now = Math.max(Math.min(wide, graph.width * 2), 200);
    svg.setAttribute("width", now);
    svg.setAttribute("height", (now / graph.width) * graph.height);
  };
  const fit = () => resize(Math.min(picture.clientWidth - 2, graph.width));
  // A picture that is only a little too wide is shown whole; smaller, nobody could read it.
  requestAnimationFrame(() => { if (graph.width < picture.clientWidth * 1.6) fit(); });
  return el("section", {},
    graph.note && el("p", { class: "quiet" }, graph.note),
    index.path && el("p", { class: "quiet small" }, index.path),
    el("div", { class: "bar-of-buttons" }, zoomButtons((factor) => (factor ? resize(svg.width.baseVal.value * factor) : fit()))),
    legendView(),
    picture);
}

// From box to box along the critical path: "3 7".
function criticalSteps(boxes) {
  const boxOf = new Map(boxes.flatMap((box, number) => box.tests.map((test) => [test, number])));
  const stations = index.critical.map((test) => boxOf.get(test));
  return new Set(stations.slice(1).map((station, before) => `${stations[before]} ${station}`));
}

function edgeView(line, boxes, critical) {
  const points = line.points.map(([x, y]) => ({ x, y }));
  let path = `M${points[0].x},${points[0].y}`;
  for (let at = 1; at < points.length; at += 1) {
    const from = points[at - 1], to = points[at], bend = (to.x - from.x) / 2;
    path += `C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`;
  }
  const kind = boxes[line.to].verdict === "blocked" ? "blocked" : critical.has(`${line.from} ${line.to}`) ? "critical" : "";
  const edge = draw("path", { class: `edge ${kind}`, d: path });
  edge.ends = [line.from, line.to];
  return edge;
}

function boxView(box, number, width, height, graph, edges) {
  const [x, y] = box.at;
  const words = [`${box.names} ${box.note}`.trim(), box.verdict, box.critical && "on the critical path"].filter(Boolean).join(", ");
  const label = box.label.length > 20 ? `${box.label.slice(0, 19)}…` : box.label;
  const choose = () => (box.tests.length === 1 ? go(`test=${index.tests[box.tests[0]].name}`) : showOnly(box.tests, "A box of the graph"));
  const node = draw("g", { class: `box ${box.verdict}${box.critical ? " critical" : ""}`, transform: `translate(${x} ${y})`, role: "button", "aria-label": words, onclick: choose,
    onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(); } } },
    draw("title", {}, words),
    draw("rect", { width, height, rx: 7 }),
    box.tests.length > 1 && draw("rect", { x: 4, y: 4, width: width - 8, height: height - 8, rx: 4, "stroke-dasharray": "2 3" }),
    draw("text", { "aria-hidden": "true", class: "sign", x: 11, y: height / 2 + 5 }, MARKS[box.verdict]),
    draw("text", { "aria-hidden": "true", x: 29, y: box.note ? height / 2 : height / 2 + 5 }, label),
    box.note && " ",
    box.note && draw("text", { "aria-hidden": "true", class: "cause", x: 29, y: height - 6 }, box.note.length > 26 ? `${box.note.slice(0, 25)}…` : box.note));
  const near = (is) => edges.forEach((edge) => { if (edge.ends.includes(number)) edge.classList.toggle("near", is); });
  for (const [event, is] of [["mouseenter", true], ["mouseleave", false], ["focus", true], ["blur", false]]) node.addEventListener(event, () => near(is));
  return node;
}

function zoomButtons(zoom) {
  const button = (words, name, factor) => el("button", { type: "button", "aria-label": name, onclick: () => zoom(factor) }, words);
  return [button("−", "Smaller", 1 / 1.4), button("+", "Larger", 1.4), button("Fit", "Fit the width", 0)];
}

function legendView() {
  const verdicts = WORST.filter((verdict) => index.tests.some((test) => test.verdict === verdict));
  return el("div", { class: "legend" }, verdicts.map((verdict) => el("span", {}, mark(verdict), ` ${verdict}`)),
    index.critical.length > 1 && el("span", {}, el("b", {}, "▬"), " critical path"));
}

// One stop for the Tab key; arrows go from one to the next.
function roving(nodes) {
  const go = (from, to) => { from.setAttribute("tabindex", "-1"); to.setAttribute("tabindex", "0"); to.focus(); };
  nodes.forEach((node, number) => {
    node.setAttribute("tabindex", number ? "-1" : "0");
    node.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step || !nodes[number + step]) return;
      event.preventDefault();
      go(node, nodes[number + step]);
    });
  });
}
