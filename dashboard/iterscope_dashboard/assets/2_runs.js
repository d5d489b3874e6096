/* The Runs page: how the table's cells look, keys in them, and the table's state in the address. */
(function () {
  "use strict";
  const it = window.iterscope;
  const make = (...parts) => window.React.createElement(...parts);
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  /* To another page, as a link of Dash goes: without loading everything anew. */
  function visit(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
    event.preventDefault();
    const target = new URL(event.currentTarget.href);
    it.set("location", { pathname: target.pathname, search: target.search, href: target.href });
  }

  cells.RunName = ({ data }) =>
    make("div", { className: "run-cell" },
      make("a", { href: data.href, onClick: visit, title: data.name }, data.name),
      make("span", { className: "row-note" }, data.note));

  cells.RunStatus = ({ data }) => make("span", { className: `status status-${data.kind}`, title: data.meaning }, data.status);

  cells.RunProgress = ({ data }) => {
    const lines = [make("span", { key: "epochs" }, data.epochs)];
    if (data.fraction !== null) {
      const share = Math.round(100 * data.fraction);
      const bar = { key: "bar", className: "row-bar", role: "progressbar", "aria-label": `Progress of ${data.name}`, "aria-valuenow": share };
      lines.push(make("span", bar, make("span", { style: { width: `${share}%` } })));
      lines.push(make("span", { key: "note", className: "row-note" }, data.progress));
    }
    if (data.error) lines.push(make("span", { key: "error", className: "row-note bad", title: data.error }, data.error));
    return make("div", { className: "run-cell" }, ...lines);
  };

  const percent = (value) => `${(100 * value).toFixed(1)} %`;
  cells.RunSpark = ({ data }) => {
    const values = data.spark;
    if (values.length < 2) return make("span", { className: "row-note" }, values.length ? "one epoch" : "–");
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    const points = values.map((value, i) => [3 + (102 * i) / (values.length - 1), 25 - (22 * (value - low)) / span]);
    const last = points[points.length - 1];
    const words = `Validation accuracy from ${percent(values[0])} to ${percent(values[values.length - 1])}`;
    return make("svg", { className: "spark", width: 110, height: 28, viewBox: "0 0 110 28", role: "img", "aria-label": words },
      make("title", null, words),
      make("path", { d: `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}` }),
      make("circle", { cx: last[0], cy: last[1], r: 2.5 }));
  };

  cells.RunTags = ({ data }) =>
    make("div", { className: "tag-cell" },
      ...(data.tags || "").split(",").map((tag) => tag.trim()).filter(Boolean).map((tag) => make("span", { key: tag, className: "tag" }, tag)));

  cells.RunAction = ({ data, setData }) => {
    const stop = data.action === "stop";
    const word = stop ? "Stop" : "Delete";
    return make("button",
      { type: "button", className: stop ? "chip" : "chip danger", "aria-label": `${word} ${data.name}`,
        onClick: () => setData({ action: data.action, at: Date.now() }) }, word);
  };

  /* Enter in a cell that holds a link or a button does what it says. */
  document.addEventListener("keydown", (event) => {
    const cell = event.key === "Enter" && event.target.classList && event.target.classList.contains("ag-cell") && event.target;
    const inside = cell && cell.closest("#runs-table") && cell.querySelector("a, button");
    if (!inside) return;
    event.preventDefault();
    event.stopPropagation();
    inside.click();
  }, true);

  /* Filters of the columns as run_filter.py reads them: status~running,accuracy>90 */
  const SIGNS = {
    contains: "~", notContains: "!~", equals: "=", notEqual: "!=", startsWith: "^", endsWith: "$", greaterThan: ">", greaterThanOrEqual: ">=",
    lessThan: "<", lessThanOrEqual: "<=", inRange: "..", blank: ":none", notBlank: ":any",
  };
  const valueOf = ({ type, filter, filterTo }) =>
    type.toLowerCase().endsWith("blank") ? "" : type === "inRange" ? `${filter}:${filterTo}` : encodeURIComponent(filter);
  const conditions = (model) =>
    (model.conditions || [model]).map((one) => SIGNS[one.type] + valueOf(one)).join(model.operator === "OR" ? "|" : "&");
  const where = (models) => Object.entries(models || {}).map(([column, model]) => column + conditions(model)).join(",");

  const NEWEST = "-created";
  it.clientside("runs", {
    remember: (columns, quick, selected, filters) => {
      if (!it.byId("runs-table")) return;
      const changes = { q: quick || null, where: where(filters) || null };
      if (columns && columns.length) {
        const column = columns.find((each) => each.sort);
        const sort = column ? (column.sort === "desc" ? "-" : "") + column.colId : null;
        changes.sort = sort === NEWEST ? null : sort;
      }
      const ids = Array.isArray(selected) ? selected.map((row) => row.id) : (selected && selected.ids) || [];
      changes.selected = ids.join(",") || null;
      it.remember(changes);
    },
  });
})();
