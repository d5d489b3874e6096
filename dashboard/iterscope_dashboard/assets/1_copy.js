/* Copy a figure as cURL or Python: the request behind it (layout.meta.snippet), at the epoch, metric and split that are shown. */
(function () {
  "use strict";
  const it = window.iterscope;

  const base = () => {
    const told = document.querySelector("[data-rest]");
    return told ? told.dataset.rest : window.location.origin;
  };
  /* Where a token is asked for, copied requests read it from the environment: the page doesn't know it. */
  const guarded = () => document.querySelector("[data-token]") !== null;
  const shown = () => (it.shown ? it.shown() : {});
  const fill = (text) => {
    const values = shown();
    return text.replace(/\{(epoch|metric|split|unit|by|by_unit|pin|difference)\}/g, (whole, name) => (values[name] === undefined ? whole : String(values[name])));
  };
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

  /* The requests of a figure: one; the same of each run shown (shown().runs is [[run, epoch]]); or one a body. */
  function requests(address, source) {
    if (source.bodies) return source.bodies.map((body) => [address, body]);
    if (address.includes("{run}")) return (shown().runs || []).map(([run]) => [address.replace("{run}", run), null]);
    return [[address, source.body]];
  }

  function asking(address, source) {
    if (source.bodies) {
      return `bodies = [\n${source.bodies.map((body) => `    ${python(body)},\n`).join("")}]\nanswers = [json.load(urlopen(${post(address, "body")})) for body in bodies]`;
    }
    if (address.includes("{run}")) {
      const pairs = (shown().runs || []).map(([run, epoch]) => `("${run}", ${epoch})`).join(", ");
      return `answers = [\n    (run, epoch, json.load(urlopen(f"${address}")))\n    for run, epoch in [${pairs}]\n]`;
    }
    return `answer = json.load(urlopen(${source.body ? post(address, python(source.body)) : `"${address}"`}))`;
  }

  it.snippet = (plot, language) => text(plot && plot.layout.meta && plot.layout.meta.snippet, language);

  function text(source, language) {
    if (!source) return null;
    if (source.texts && source.texts[language]) return source.texts[language]; // complete
    const address = base() + fill(source.path);
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
      fill(source.python),
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
