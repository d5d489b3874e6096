/* Blocks: the panels with epochs to the right: a line a block, the map, and the whole network's numbers. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = it.blocks;
  const FAINT = 0.13; // lines that are not of the chosen set
  const GAP = 0.05; // between the plots of the stages, as a share of the width

  /* Few epochs have a tick each: there is no half an epoch. */
  const epochTicks = (epochs) => ({ "xaxis.dtick": Math.max(...epochs) - Math.min(...epochs) < 10 ? 1 : null });
  const column = (series, metric, block) => series.items.map((row) => row[block] * page.unit(metric));
  page.epochSeries = () => {
    const { metric } = page.state;
    return page.first().series[`${metric}/${page.splitOf(metric)}`] || { epochs: [], items: [] };
  };

  page.drawEpochs = () => {
    const { state } = page;
    const series = page.epochSeries();
    drawLines(series);
    drawHeat(series);
    const runs = state.runs.length > 1 ? "first run, " : "";
    const usual = runs + page.splitOf(state.metric) + (page.first().merged ? `, n = ${page.first().merged}` : "");
    const count = `${series.epochs.length} of ${page.first().checkpoints.length}`;
    const badge = state.metric === "drop_damage" ? `${runs}${count} checkpoints measured` : usual;
    [page.LINES, page.HEAT].map((id) => it.byId(`${id}-badge`)).forEach((place) => place && (place.textContent = badge));
  };

  function drawLines(series) {
    const plot = it.plot(page.LINES);
    if (!plot || !plot.layout.meta || plot.layout.meta.kind !== "lines") return;
    const { metric, zoomed } = page.state;
    const indices = plot.data.map((_, i) => i).filter((i) => plot.data[i].meta && plot.data[i].meta.block !== undefined);
    const values = {
      x: indices.map(() => series.epochs),
      y: indices.map((i) => column(series, metric, plot.data[i].meta.block)),
    };
    const free = zoomed ? {} : { "yaxis.autorange": true, "xaxis.autorange": true };
    const layout = { "yaxis.title.text": plot.layout.meta.axes[metric], ...free, ...epochTicks(series.epochs) };
    page.rememberEpochSource(plot, series);
    window.Plotly.update(plot, values, layout, indices);
  }

  function drawHeat(series) {
    const plot = it.plot(page.HEAT);
    if (!plot || !plot.layout.meta || plot.layout.meta.kind !== "heat") return;
    page.rememberEpochSource(plot, series);
    const { metric } = page.state;
    const { scales, titles } = plot.layout.meta;
    const [zmin, zmax] = page.limitsOf(page.first(), metric, page.splitOf(metric));
    const colorscale = [page.diverging(metric) ? scales.diverging : scales.sequential];
    const z = [page.first().blocks.map((block) => column(series, metric, block.index))];
    window.Plotly.update(plot, { x: [series.epochs], z, zmin, zmax, colorscale, "colorbar.title.text": titles[metric] }, epochTicks(series.epochs), [0]);
  }

  /* One plot a stage, side by side, with the same axes. */
  page.layStages = () => {
    const plot = it.plot(page.LINES);
    if (!plot || !plot.layout.meta || plot.layout.meta.kind !== "lines") return;
    const { stages } = plot.layout.meta;
    const count = page.state.stages ? Math.max(...stages) + 1 : 1;
    const width = (1 - GAP * (count - 1)) / count;
    const layout = { ...plot.layout, annotations: [] };
    Object.keys(layout).filter((key) => /^xaxis\d/.test(key)).forEach((key) => delete layout[key]);
    for (let stage = 0; stage < count; stage += 1) {
      const start = stage * (width + GAP);
      const name = stage ? `xaxis${stage + 1}` : "xaxis";
      layout[name] = { ...plot.layout.xaxis, domain: [start, start + width], anchor: "y", ...(stage ? { matches: "x" } : {}) };
      if (count > 1) {
        layout.annotations.push({ text: `stage ${stage + 1}`, x: start, y: 1, xref: "paper", yref: "paper", xanchor: "left", yanchor: "bottom", showarrow: false });
      }
    }
    const axisOf = (trace) => {
      const stage = page.state.stages && trace.meta && trace.meta.block !== undefined ? stages[trace.meta.block] : 0;
      return stage ? `x${stage + 1}` : "x";
    };
    window.Plotly.react(plot, plot.data.map((trace) => ({ ...trace, xaxis: axisOf(trace) })), layout);
  };
  page.stageAxis = (block) => {
    const stage = page.state.stages && page.first().blocks[block] ? page.first().blocks[block].stage : 0;
    return stage ? `xaxis${stage + 1}` : "xaxis";
  };

  /* The chosen set stands out among the lines. */
  page.emphasise = () => {
    const plot = it.plot(page.LINES);
    if (!plot || !plot.data) return;
    const { chosen } = page.state;
    const indices = plot.data.map((_, i) => i).filter((i) => plot.data[i].meta && plot.data[i].meta.block !== undefined);
    const opacity = indices.map((i) => (!chosen.size || chosen.has(plot.data[i].meta.block) ? 1 : FAINT));
    if (indices.some((index, i) => (plot.data[index].opacity ?? 1) !== opacity[i])) window.Plotly.restyle(plot, { opacity }, indices);
  };

  page.drawScalars = () => {
    page.SCALARS.map(it.plot).filter(Boolean).forEach((plot) => {
      const changes = { x: [], y: [], visible: [] };
      const indices = [];
      plot.data.forEach((trace, index) => {
        const { scalar, run, role, split, percent } = trace.meta || {};
        const curves = scalar && page.state.curves[run || page.state.run];
        if (!curves || !curves.scalars[scalar]) return;
        const { epochs, items } = curves.scalars[scalar];
        const spread = curves.spreads[scalar];
        if (role === "band" && !spread) return;
        const factor = percent ? 100 : 1;
        const scaled = items.map((value) => (value === null ? null : value * factor));
        const std = role === "band" ? spread.items.map((value) => (value || 0) * factor) : [];
        indices.push(index);
        changes.x.push(role === "band" ? [...epochs, ...[...epochs].reverse()] : epochs);
        changes.y.push(role === "band" ? [...scaled.map((v, i) => v + std[i]), ...scaled.map((v, i) => v - std[i]).reverse()] : scaled);
        changes.visible.push(page.state.split === "both" || page.state.split === split);
      });
      if (indices.length) window.Plotly.update(plot, changes, epochTicks(changes.x.flat()), indices);
    });
  };
})();
