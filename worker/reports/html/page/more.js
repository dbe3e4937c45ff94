// What the run did beside its tests: renewed tokens, undos, operations of the API, snapshots.

const hasMore = () => index.renewals.length + index.cleanups.length + index.contracts.length + index.snapshots.length > 0;

function moreView() {
  return el("section", {},
    index.contracts.map(contractView),
    index.cleanups.length > 0 && el("div", {}, el("h2", {}, "Clean-ups"), table(["Result", "Clean-up", "Reason"], index.cleanups.map((each) => [mark(each.verdict), openable(each.test, each.title), each.reason]))),
    index.renewals.length > 0 && el("div", {}, el("h2", {}, `${counted(index.renewals.filter((each) => each.worked).length, "renewal")} of tokens`),
      table(["Result", "Tokens", "By", "Because", "Wanted by"], index.renewals.slice(0, 500).map((each) => [mark(each.worked ? "passed" : "failed"), each.tokens, testLink(each.test), each.reason || each.cause, testLink(each.wanted_by)]))),
    index.snapshots.length > 0 && el("div", {}, el("h2", {}, "Snapshots written"), el("ul", {}, index.snapshots.map((path) => el("li", {}, el("code", {}, path))))));
}

const openable = (number, words) => (index.tests[number] ? el("button", { type: "button", class: "plain", onclick: () => go(`test=${index.tests[number].name}`) }, words) : words);

const table = (heads, rows) => el("div", { class: "scroll" }, el("table", {}, el("tr", {}, heads.map((head) => el("th", {}, head === "Result" ? el("span", { class: "unseen" }, head) : head))), rows.map((row) => el("tr", {}, row.map((cell) => el("td", {}, cell))))));

function contractView(contract) {
  const share = contract.operations ? (100 * contract.touched) / contract.operations : 0;
  return el("div", {}, el("h2", {}, `${contract.path}: ${contract.touched} of ${counted(contract.operations, "operation")} called`),
    el("div", { class: "meter", role: "img", "aria-label": `${Math.round(share)} %` }, el("div", { place: { width: `${share}%` } })),
    contract.undescribed.length > 0 && el("p", {}, "Called, but not described: ", contract.undescribed.map((each) => [el("code", {}, each), " "])),
    table(["Result", "Operation", "Requests", "Answered", "Described"], contract.by_operation.map((each) => [
      mark(each.requests ? "passed" : "skipped"), el("code", {}, `${each.method} ${each.path}`), String(each.requests), each.statuses.join(", "), each.documented_statuses.join(", ")])));
}
