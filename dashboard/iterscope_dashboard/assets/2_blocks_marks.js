/* Blocks: what is pointed at, picked or chosen is marked in every panel and on the strip, and read out in the panels' heads. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = it.blocks;

  /* [block, class], the most important last, since that is drawn on top. */
  function focus() {
    const { hover, pick, chosen } = page.state;
    const marks = [...chosen].filter((block) => block !== pick).map((block) => [block, "chosen"]);
    if (pick !== null) marks.push([pick, "pick"]);
    if (hover !== null && hover !== pick) marks.push([hover, "hover"]);
    return marks;
  }

  page.drawMarks = () => {
    if (!page.state || page.state.loading) return;
    const marks = focus();
    page.BY_BLOCK.map(it.plot).filter(Boolean).forEach((plot) => {
      it.overlay(plot, marks.map(([block, className]) => ({ kind: "x", value: block, className })));
    });
    const now = { kind: "x", value: page.state.epoch, className: "epoch" };
    markLines(marks, now);
    const heat = it.plot(page.HEAT);
    if (heat) it.overlay(heat, [now, ...marks.map(([block, className]) => ({ kind: "row", value: block, className }))]);
    page.SCALARS.map(it.plot).filter(Boolean).forEach((plot) => it.overlay(plot, [now]));
    page.markStrip(new Map(marks));
    readOut();
  };

  /* The line of a block is drawn again, thicker; the other runs' line of the same block beside it. */
  function markLines(marks, now) {
    const plot = it.plot(page.LINES);
    if (!plot) return;
    const { metric, runs, curves } = page.state;
    const key = `${metric}/${page.splitOf(metric)}`;
    const axes = new Set(page.state.stages ? page.first().blocks.map((block) => page.stageAxis(block.index)) : ["xaxis"]);
    const trail = (series, block, className) => ({
      kind: "path", className, x: page.stageAxis(block),
      points: series.epochs.map((epoch, i) => [epoch, series.items[i][block] * page.unit(metric)]),
    });
    const trails = marks.filter(([, className]) => className !== "chosen").flatMap(([block, className]) =>
      runs.flatMap((run, i) => {
        const series = curves[run] && curves[run].series[key];
        return series ? [trail(series, block, i ? `${className} other run-${i}` : className)] : [];
      })
    );
    it.overlay(plot, [...[...axes].map((axis) => ({ ...now, x: axis })), ...trails]);
  }

  let asked = false;
  page.marksSoon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      page.drawMarks();
    });
  };

  /* The values of the block that is pointed at, else picked. */
  function readOut() {
    const { state } = page;
    const block = state.hover !== null ? state.hover : state.pick;
    const write = (id, text) => {
      const place = it.byId(`${id}-readout`);
      if (place && place.textContent !== text) place.textContent = text;
    };
    page.BY_BLOCK.forEach((id) => {
      const metric = page.metricOf(id);
      const split = page.splitOf(metric);
      const row = page.rowAt(page.first(), `${metric}/${split}`, state.epoch);
      const reference = state.difference ? page.referenceRow(metric, split) : null;
      const from = !state.difference ? 0 : reference ? reference[block] : NaN;
      const value = row && block !== null ? row[block] - from : NaN;
      const name = id === page.DROP ? block : `block ${block}`; // there the title leaves little room
      write(id, Number.isFinite(value) ? `${name}: ${page.valueText(metric, value)}` : "");
    });
    const row = page.rowAt(page.first(), `${state.metric}/${page.splitOf(state.metric)}`, state.epoch);
    const text = block !== null && row ? `block ${block}, epoch ${state.epoch}: ${page.valueText(state.metric, row[block])}` : "";
    write(page.LINES, text);
    write(page.HEAT, text);
  }
})();
