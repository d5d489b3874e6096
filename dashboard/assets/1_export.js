/* Saving a figure: SVG and PNG on white with its title, CSV of what is shown. Nothing leaves the browser. */
(function () {
  "use strict";
  const it = window.iterscope;

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
  const plain = (text) => String(text || "").replace(/<[^>]*>/g, "");

  /* One row a point: figure, series, x, y (and z for maps), as drawn. */
  it.csv = (plot) => {
    const rows = [["series", "x", "y", "value"]];
    const axes = [plain(plot.layout.xaxis && plot.layout.xaxis.title && plot.layout.xaxis.title.text)];
    axes.push(plain(plot.layout.yaxis && plot.layout.yaxis.title && plot.layout.yaxis.title.text));
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
    const comment = `# x: ${axes[0]}; y: ${axes[1]}; from ${window.location.href}\n`;
    return comment + rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
  };

  /* A table as it stands. */
  const tableCsv = (table) =>
    [...table.rows].map((row) => [...row.cells].map((one) => cell(one.textContent)).join(",")).join("\n") + "\n";

  async function exported(kind, id, title) {
    const name = "iterscope-" + title.toLowerCase().replace(/[^a-z0-9ℓ]+/g, "-").replace(/^-|-$/g, "");
    const table = it.byId(id);
    if (table && table.tagName === "TABLE") {
      save(name, "csv", new Blob([tableCsv(table)], { type: "text/csv" }));
      return;
    }
    const plot = it.plot(id);
    if (!plot) return;
    if (kind === "csv") {
      save(name, "csv", new Blob([it.csv(plot)], { type: "text/csv" }));
      return;
    }
    const layout = {
      ...plot.layout,
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      showlegend: plot.data.filter((trace) => trace.name && trace.showlegend !== false && !(trace.meta && trace.meta.block !== undefined)).length > 1,
      margin: { l: 20, r: 20, t: 76, b: 20 },
      title: { text: title, x: 0.02, y: 0.97, yanchor: "top", font: { size: 15 } },
    };
    const address = await window.Plotly.toImage(
      { data: plot.data, layout },
      { format: kind, width: 760, height: 440, scale: kind === "png" ? 2 : 1 }
    );
    save(name, kind, address);
  }

  document.addEventListener("click", (event) => {
    const item = event.target.closest && event.target.closest("[data-export]");
    if (item) exported(item.dataset.export, item.dataset.graph, item.dataset.title);
  });
})();
