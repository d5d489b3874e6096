/* Copy a figure as cURL or Python: the request behind it (layout.meta.snippet). */
(function () {
  "use strict";
  const it = window.iterscope;

  const base = () => {
    const told = document.querySelector("[data-rest]");
    return told ? told.dataset.rest : window.location.origin;
  };
  /* Where a token is asked for, copied requests read it from the environment: the page doesn't know it. */
  const guarded = () => document.querySelector("[data-token]") !== null;
  const quoted = (text) => `'${text.replace(/'/g, "'\\''")}'`;

  /* A JSON value as Python writes it. */
  function python(value) {
    if (value === null || value === undefined) return "None";
    if (value === true || value === false) return value ? "True" : "False";
    if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
    if (typeof value === "object") return `{${Object.entries(value).map(([k, v]) => `${python(k)}: ${python(v)}`).join(", ")}}`;
    return JSON.stringify(value);
  }

  const bearer = () => (guarded() ? ' -H "Authorization: Bearer $ITERSCOPE_TOKEN"' : "");
  const curl = (address, body) => `curl -s ${quoted(address)}${bearer()}${body ? ` -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}` : ""}\n`;
  const post = (address, body) =>
    `Request(\n    "${address}",\n    data=json.dumps(${body}).encode(),\n    headers={"Content-Type": "application/json"},\n)`;

  /* The requests of a figure: one, or one for each body. */
  const requests = (address, source) => (source.bodies || [source.body]).map((body) => [address, body]);

  function asking(address, source) {
    if (source.bodies) {
      return `bodies = [\n${source.bodies.map((body) => `    ${python(body)},\n`).join("")}]\nanswers = [json.load(urlopen(${post(address, "body")})) for body in bodies]`;
    }
    return `answer = json.load(urlopen(${source.body ? post(address, python(source.body)) : `"${address}"`}))`;
  }

  it.snippet = (plot, language) => text(plot && plot.layout.meta && plot.layout.meta.snippet, language);

  function text(source, language) {
    if (!source) return null;
    if (source.texts && source.texts[language]) return source.texts[language]; // complete
    const address = base() + source.path;
    if (language === "curl") return requests(address, source).map(([where, body]) => curl(where, body)).join("");
    return [
      `# ${window.location.href}`,
      "import json",
      ...(guarded() ? ["import os"] : []),
      `from urllib.request import ${source.body || source.bodies ? "Request, " : ""}${guarded() ? "build_opener, install_opener, " : ""}urlopen`,
      "",
      "import plotly.graph_objects as go",
      "",
      ...(guarded() ? ["opener = build_opener()", 'opener.addheaders = [("Authorization", f"Bearer {os.environ[\'ITERSCOPE_TOKEN\']}")]', "install_opener(opener)"] : []),
      asking(address, source),
      "figure = go.Figure()",
      source.python,
      "figure.show()",
      "",
    ].join("\n");
  }

  document.addEventListener("click", async (event) => {
    const item = event.target.closest && event.target.closest("[data-copy]");
    if (!item) return;
    const { copy, graph, snippet } = item.dataset;
    const copied = snippet ? text(JSON.parse(snippet), copy) : it.snippet(it.plot(graph), copy);
    const label = item.textContent;
    const done = copied !== null && (await it.copy(copied));
    item.textContent = done ? "Copied" : copied === null ? "Not drawn yet" : "Copy failed";
    setTimeout(() => {
      item.textContent = label;
    }, 1600);
  });
})();
