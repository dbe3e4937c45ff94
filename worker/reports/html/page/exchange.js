// A request as sent, and what came back.

function exchangeView(exchange, open) {
  if (!exchange) return el("p", { class: "quiet" }, "Nothing was sent.");
  return el("div", {}, requestView(exchange, open), responseView(exchange, open));
}

function requestView(exchange, open) {
  const request = exchange.request;
  const parts = request.parts || [];
  return el("details", { class: "exchange", open },
    el("summary", {}, `${request.method} ${request.url}`),
    exchange.curl && el("div", { class: "bar-of-buttons" }, copyButton("Copy as curl", exchange.curl)),
    headersView(request.headers),
    parts.length > 0 && plainText({}, parts.map(partLine).join("\n")),
    bodyView(request.body, "Body"),
    exchange.left_out && el("p", { class: "quiet small" }, "Headers and bodies of tests that passed are left out, to keep this page small. A JSON report has them."));
}

const partLine = (part) => [part.name, part.text ?? (part.file ? `@${part.file}` : ""), part.content_type].filter(Boolean).join("  ");

function responseView(exchange, open) {
  const response = exchange.response;
  if (!response) return el("p", { class: "said" }, "No response came.");
  return el("details", { class: "exchange", open },
    el("summary", {}, exchange.head),
    exchange.way.map((line) => el("p", { class: "quiet small" }, line)),
    headersView(response.headers),
    exchange.file && fileView(exchange.file),
    !(exchange.file && /^<binary, /.test(response.body)) && bodyView(response.body, "Body"),
    exchange.truncated && el("p", { class: "quiet small" }, "This is only the beginning of the body."));
}

function headersView(headers) {
  if (!headers || !headers.length) return null;
  return el("details", {},
    el("summary", { class: "small quiet" }, counted(headers.length, "header")),
    plainText({}, headers.map(([name, value]) => `${name}: ${value}`).join("\n")));
}

function bodyView(body, words) {
  if (body === null || body === undefined || body === "") return null;
  return plainText({ "aria-label": words }, laidOut(body));
}
