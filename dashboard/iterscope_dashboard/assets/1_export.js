/* Saving a figure: SVG, PDF and PNG on white with its title and where it comes from, CSV of what is shown. */
(function () {
  "use strict";
  const it = window.iterscope;
  const SIZE = { width: 760, height: 446 };

  function save(name, type, content) {
    const link = document.createElement("a");
    const address = content instanceof Blob ? URL.createObjectURL(content) : content;
    link.href = address;
    link.download = `${name}.${type}`;
    document.body.appendChild(link);
    link.click();
    link.remove();
    if (content instanceof Blob) setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  const cell = (value) => {
    if (value === null || value === undefined || (typeof value === "number" && !Number.isFinite(value))) return "";
    const text = String(value);
    return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  const ENTITIES = { "&lt;": "<", "&gt;": ">", "&#123;": "{", "&amp;": "&" }; // of figures/common.py
  const plain = (text) => String(text || "").replace(/<[^>]*>/g, "").replace(/&(lt|gt|amp|#123);/g, (one) => ENTITIES[one]);
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

  /* What the page's head says is shown: "run …", "checkpoint epoch 30", "images validation". */
  function choices() {
    return [...document.querySelectorAll(".page-head .control")]
      .map((control) => {
        const label = control.querySelector(".control-label");
        const radio = control.querySelector("input[type=radio]:checked");
        const input = control.querySelector("input:not([type=radio]):not([type=hidden])");
        const value = radio ? radio.labels[0] && radio.labels[0].textContent : input && input.value;
        return value ? `${label ? label.textContent : ""} ${value}`.trim() : "";
      })
      .filter(Boolean);
  }

  /* Run, checkpoint or epoch, images, n, version and address of a figure: two lines. */
  it.provenance = (plot) => {
    const graph = plot.closest("[id]:not(.js-plotly-plot)");
    const badge = graph && it.byId(`${graph.id}-badge`);
    const count = document.querySelector(".page-head [id$='-n']");
    const parts = choices();
    [badge, count].forEach((place) => place && place.textContent && parts.push(place.textContent.trim()));
    const version = document.querySelector("[data-version]").dataset.version;
    return [[...new Set(parts)].join(" · "), `Iterscope ${version} · ${window.location.href}`].filter(Boolean);
  };

  const axis = (plot, name) => plain(plot.layout[name] && plot.layout[name].title && plot.layout[name].title.text);

  /* One row a point: series, x, y (and the value of a map), as drawn; above them the title, axes with units and where it comes from. */
  it.csv = (plot, title) => {
    const rows = [["series", "x", "y", "value"]];
    plot._fullData.forEach((trace) => {
      if (trace.visible !== true || (trace.meta && trace.meta.role === "scale")) return;
      if (trace.type === "heatmap") {
        (trace.z || []).forEach((line, j) =>
          line.forEach((value, i) => rows.push([trace.name, trace.x[i], trace.y[j], value]))
        );
        return;
      }
      const length = Math.max((trace.x || []).length, (trace.y || []).length);
      for (let i = 0; i < length; i += 1) rows.push([plain(trace.name), trace.x ? trace.x[i] : i, trace.y[i], ""]);
    });
    const map = plot._fullData.find((trace) => trace.type === "heatmap" && trace.colorbar);
    const value = map ? `; value: ${plain(map.colorbar.title && map.colorbar.title.text)}` : "";
    const comment = `# ${title}; x: ${axis(plot, "xaxis")}; y: ${axis(plot, "yaxis")}${value}; ${it.provenance(plot).join("; ")}\n`;
    return comment + rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
  };

  /* A table as it stands. */
  const tableCsv = (table) =>
    [...table.rows].map((row) => [...row.cells].map((one) => cell(one.textContent)).join(",")).join("\n") + "\n";

  const lines = (text) => text.match(/.{1,130}/g) || [];

  /* The figure for paper: black on white, with title, legend and origin. */
  function forPaper(plot, title) {
    const named = plot.data.filter((t) => t.name && t.showlegend !== false && !(t.meta && t.meta.block !== undefined));
    const origin = it.provenance(plot).flatMap(lines);
    const longest = Math.max(0, ...named.map((t) => plain(t.name).length));
    const columns = Math.max(1, Math.floor((SIZE.width - 40) / (45 + 7 * longest)));
    const entries = Math.ceil(named.length / columns); // lines of the legend
    // An address with a long plan takes more than one line, and is whole; a legend stands between it and the plot.
    const room = 12 * origin.length + 19 * Math.max(0, entries - 1);
    const layout = {
      ...plot.layout,
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      showlegend: named.length > 1,
      legend: { ...plot.layout.legend, x: 0, xanchor: "left" },
      margin: { l: 20, r: 20, t: 80 + room, b: 20 },
      title: {
        text: escaped(title),
        x: 0.02,
        y: 1 - 14 / (SIZE.height + room),
        yanchor: "top",
        font: { size: 15 },
        subtitle: { text: origin.map(escaped).join("<br>"), font: { size: 9, color: "#5a6070" } },
      },
    };
    return { data: plot.data, layout: { ...layout, width: SIZE.width, height: SIZE.height + room } };
  }

  const PDF = { method: "POST", headers: { "Content-Type": "image/svg+xml" } };

  async function pdfOf(address) {
    const svg = decodeURIComponent(address.slice(address.indexOf(",") + 1));
    const answer = await fetch(it.within("/figure.pdf"), { ...PDF, body: svg });
    if (answer.ok && answer.headers.get("content-type") === "application/pdf") return answer.blob();
    const refused = answer.ok ? (await answer.json()).refused : `the dashboard answered ${answer.status}`;
    throw new Error(refused);
  }

  async function exported(kind, id, title) {
    const name = "iterscope-" + title.toLowerCase().replace(/[^a-z0-9ℓ]+/g, "-").replace(/^-|-$/g, "");
    const table = it.byId(id);
    if (table && table.tagName === "TABLE") {
      save(name, "csv", new Blob([tableCsv(table)], { type: "text/csv" }));
      return;
    }
    const plot = it.plot(id);
    if (!plot) throw new Error("the figure is not drawn yet: try again when it is shown");
    if (kind === "csv") {
      save(name, "csv", new Blob([it.csv(plot, title)], { type: "text/csv" }));
      return;
    }
    const format = kind === "pdf" ? "svg" : kind;
    const figure = forPaper(plot, title);
    const { width, height } = figure.layout;
    const address = await window.Plotly.toImage(figure, { format, width, height, scale: kind === "png" ? 2 : 1 });
    save(name, kind, kind === "pdf" ? await pdfOf(address) : address);
  }

  document.addEventListener("click", async (event) => {
    const item = event.target.closest && event.target.closest("[data-export]");
    if (!item) return;
    try {
      await exported(item.dataset.export, item.dataset.graph, item.dataset.title);
    } catch (error) {
      it.notify(`“${item.dataset.title}” was not saved: ${error.message}`);
    }
  });
})();
