/* Blocks: the panels with blocks to the right, moved from epoch to epoch, with the pinned reference or as differences from it. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = it.blocks;

  page.metricOf = (id) => {
    const plot = it.plot(id);
    const own = plot && plot.layout.meta && plot.layout.meta.metric;
    return page.asked(id === page.FREE ? page.state.by : own || "");
  };

  function outline({ low, high }, from) {
    const kept = low.map((_, i) => i).filter((i) => Number.isFinite(low[i] - from(i)) && Number.isFinite(high[i] - from(i)));
    const back = [...kept].reverse();
    return { x: [...kept, ...back], y: [...kept.map((i) => high[i] - from(i)), ...back.map((i) => low[i] - from(i))] };
  }
  const NOTHING = { x: [], y: [] };

  /* One trace's points at the epoch shown; null: not one of ours. */
  function points(trace, metric) {
    const { state } = page;
    const { role, run, split } = trace.meta || {};
    const curves = state.curves[run || state.run];
    if (role === "baseline") {
      const at = curves ? page.position(curves.baselines.epochs, state.epoch) : -1;
      const value = at >= 0 && !state.difference ? curves.baselines.items[at] : null;
      return value === null ? NOTHING : { x: [-0.5, curves.blocks.length - 0.5], y: [value, value] };
    }
    const reference = page.referenceRow(metric, split);
    if (role === "reference") return reference && !state.difference ? { x: reference.map((_, i) => i), y: reference } : NOTHING;
    const mean = page.rowAt(curves, `${metric}/${split}`, state.epoch);
    const from = (i) => (!state.difference ? 0 : reference ? reference[i] : NaN);
    if (role === "mean") return mean ? { x: mean.map((_, i) => i), y: mean.map((value, i) => value - from(i)) } : NOTHING;
    const band = role === "band" && mean && page.bandAt(curves, metric, split, state.epoch, mean);
    return role === "band" ? (band ? outline(band, from) : NOTHING) : null;
  }

  /* As good as equal: what came with the page has more digits. */
  const same = (old, now) =>
    old.length === now.length &&
    now.every((value, i) => old[i] === value || Math.abs(old[i] - value) <= 1e-6 * Math.abs(value) || (old[i] === null && !Number.isFinite(value)));

  function visible(trace, metric) {
    const { role, split } = trace.meta;
    if (role === "baseline") return true;
    if (role === "reference" && (!page.state.pin || page.state.difference)) return false;
    return metric.startsWith("drop") || page.state.split === "both" || page.state.split === split;
  }

  /* What differs from the figure as it is; null: it is not one of ours. Only that: an unchanged x or visibility would cost plotly a slower path. */
  page.changesOf = (id) => {
    const plot = it.plot(id);
    const meta = plot && plot.layout.meta;
    if (!meta || meta.kind !== "by-block") return null;
    const metric = page.metricOf(id);
    const factor = page.unit(metric);
    const indices = [];
    const found = [];
    const shown = [];
    plot.data.forEach((trace, index) => {
      const one = points(trace, metric);
      if (!one) return;
      indices.push(index);
      found.push(one);
      shown.push(visible(trace, metric));
    });
    if (!indices.length) return null;
    const home = homeOf(id, plot, metric);
    const layout = { ...axes(plot, metric), ...(home && home.layout) };
    const changes = { indices, metric, home, layout, y: found.map(({ y }) => y.map((value) => value * factor)) };
    if (indices.some((index, i) => (plot.data[index].x || []).length !== found[i].x.length)) changes.x = found.map(({ x }) => x);
    if (indices.some((index, i) => (plot.data[index].visible !== false) !== shown[i])) changes.visible = shown;
    return changes;
  };

  page.drawByBlock = (id) => {
    const changes = page.changesOf(id);
    if (!changes) return;
    const plot = it.plot(id);
    const { indices, metric, home, layout, ...traces } = changes;
    if (home) Object.assign(plot, { _metric: metric, _home: home.range });
    rememberSource(plot, metric);
    const still = indices.every((index, i) => same(plot.data[index].y || [], traces.y[i]));
    if (still && !traces.x && !traces.visible && !Object.keys(layout).length) return;
    if (Object.keys(layout).length) window.Plotly.update(plot, traces, layout, indices);
    else window.Plotly.restyle(plot, traces, indices);
  };

  /* Title and steady range of the y axis, where they differ from what is there. */
  function axes(plot, metric) {
    const layout = {};
    const title = plot.layout.meta.axes[metric] + (page.state.difference ? " − pinned" : "");
    if (plot.layout.yaxis.title.text !== title) layout["yaxis.title.text"] = title;
    const range = page.rangeOf(metric);
    const known = plot.layout.yaxis.range;
    const wanted = range && range.map((edge) => edge * page.unit(metric));
    const same = wanted && known && Math.abs(known[0] - wanted[0]) + Math.abs(known[1] - wanted[1]) < 1e-9;
    if (wanted && !same && !plot._zoomed) layout["yaxis.range"] = wanted;
    return layout;
  }

  /* Metrics of the last stage alone show that stage; a metric that is chosen anew starts unzoomed. null: it is there already. */
  function homeOf(id, plot, metric) {
    const series = id === page.FREE && plot._metric !== metric && page.first().series[`${metric}/${page.splitOf(metric)}`];
    if (!series || !series.items.length) return null;
    const row = series.items[series.items.length - 1];
    const defined = row.map((_, i) => i).filter((i) => Number.isFinite(row[i]));
    const longest = Math.max(...page.state.runs.map((run) => (page.state.curves[run] ? page.state.curves[run].blocks.length : 0)));
    const part = ["early_exit_accuracy", "cosine_loss_plugged"].includes(metric) && defined.length;
    const range = part ? [defined[0] - 0.6, defined[defined.length - 1] + 0.6] : [-0.6, longest - 0.4];
    const count = range[1] - range[0];
    return { range, layout: { "xaxis.range": range, "xaxis.dtick": count <= 13 || (part && count < 30) ? 1 : count <= 31 ? 3 : 6 } };
  }

  const ownSource = (plot) => {
    if (plot._source === undefined) plot._source = plot.layout.meta.snippet || null;
    return plot._source;
  };
  const measuredAt = (curves, metric) => {
    const series = curves && curves.series[`${metric}/${page.splitOf(metric)}`];
    const at = series ? page.position(series.epochs, page.state.epoch) : -1;
    return at >= 0 ? curves.snippets[`${metric}@${series.epochs[at]}`] : null;
  };

  /* What is measured on checkpoints is copied as those measurements; the rest as the server said. */
  function rememberSource(plot, metric) {
    const own = ownSource(plot);
    const found = page.state.runs.map((run) => measuredAt(page.state.curves[run], metric)).filter(Boolean);
    const all = found.length && found[0].bodies ? { ...found[0], bodies: found.flatMap((one) => one.bodies) } : found[0];
    plot.layout.meta.snippet = /^drop_|_effective$/.test(metric) ? all || null : own;
  }
  page.rememberEpochSource = (plot, series) => {
    const own = ownSource(plot);
    const { snippets } = page.first();
    const bodies = series.epochs.flatMap((epoch) => (snippets[`drop_damage@${epoch}`] || { bodies: [] }).bodies);
    const damage = { path: "/probe/drop", bodies, python: `epochs = [${series.epochs.join(", ")}]\n${plot.layout.meta.damage}` };
    plot.layout.meta.snippet = page.state.metric === "drop_damage" ? damage : own;
  };

  /* Another run's projection blocks have their marker too. */
  page.markProjections = (curves) => {
    page.BY_BLOCK.map(it.plot).forEach((plot) => {
      const indices = plot ? plot.data.map((_, i) => i).filter((i) => (plot.data[i].meta || {}).role === "mean" && plot.data[i].marker && plot.data[i].meta.run === curves.run) : [];
      if (!indices.length) return;
      const projections = curves.blocks.map((block) => block.is_projection);
      window.Plotly.restyle(plot, {
        "marker.symbol": indices.map(() => projections.map((is) => (is ? "diamond-open" : "circle"))),
        "marker.size": indices.map(() => projections.map((is) => (is ? 8 : 6))),
      }, indices);
    });
  };
})();
