/* Copy a figure as cURL or Python: the request behind it (layout.meta.snippet), at the epoch, metric and split that are shown. */
(function () {
  "use strict";
  const it = window.iterscope;

  const base = () => {
    const told = document.querySelector("[data-rest]");
    return told ? told.dataset.rest : window.location.origin;
  };
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

  /* The same request for each of several runs: shown().runs is [[run, epoch]]. */
  function forEveryRun(address, source, language) {
    const runs = shown().runs || [];
    if (language === "curl") return runs.map(([run]) => `curl -s ${quoted(address.replace("{run}", run))}\n`).join("");
    const pairs = runs.map(([run, epoch]) => `("${run}", ${epoch})`).join(", ");
    const answers = `answers = [\n    (run, epoch, json.load(urlopen(f"${address}")))\n    for run, epoch in [${pairs}]\n]`;
    return program("", answers, source);
  }

  const program = (more, asking, source) =>
    [
      `# ${window.location.href}`,
      "import json",
      `from urllib.request import ${more}urlopen`,
      "",
      "import plotly.graph_objects as go",
      "",
      asking,
      "figure = go.Figure()",
      fill(source.python),
      "figure.show()",
      "",
    ].join("\n");

  it.snippet = (plot, language) => {
    const source = plot && plot.layout.meta && plot.layout.meta.snippet;
    if (!source) return null;
    const address = base() + fill(source.path);
    if (address.includes("{run}")) return forEveryRun(address, source, language);
    if (language === "curl") {
      const body = source.body ? ` -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(source.body))}` : "";
      return `curl -s ${quoted(address)}${body}\n`;
    }
    const request = source.body
      ? `Request(\n    "${address}",\n    data=json.dumps(${python(source.body)}).encode(),\n    headers={"Content-Type": "application/json"},\n)`
      : `"${address}"`;
    return program(source.body ? "Request, " : "", `answer = json.load(urlopen(${request}))`, source);
  };

  document.addEventListener("click", async (event) => {
    const item = event.target.closest && event.target.closest("[data-copy]");
    if (!item) return;
    const text = it.snippet(it.plot(item.dataset.graph), item.dataset.copy);
    const label = item.textContent;
    const done = text !== null && (await it.copy(text));
    item.textContent = done ? "Copied" : text === null ? "Nothing is drawn yet" : "Copy failed";
    setTimeout(() => {
      item.textContent = label;
    }, 1600);
  });
})();
