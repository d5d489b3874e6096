/* Blocks: hovering, picking, choosing several, and zooming, the same in every panel. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = it.blocks;

  /* What is pointed at, and where: leaving one panel says nothing about the one just entered. */
  page.hover = (block, from) => {
    const { state } = page;
    if (block === null && state.hoveredIn !== from) return;
    state.hoveredIn = from;
    if (state.hover === block) return;
    state.hover = block;
    page.drawMarks();
  };
  page.pick = (block) => {
    page.state.pick = block;
    it.remember({ block });
    page.drawMarks();
  };
  page.choose = (chosen) => {
    page.state.chosen = chosen;
    it.remember({ blocks: page.blocksText(chosen) });
    page.emphasise();
    page.drawMarks();
  };
  /* A click picks; with Shift or Ctrl it puts a block into the chosen set, or takes it out. */
  page.press = (block, event) => {
    if (!event || !(event.shiftKey || event.ctrlKey || event.metaKey)) return page.pick(page.state.pick === block ? null : block);
    const chosen = new Set(page.state.chosen);
    if (!chosen.delete(block)) chosen.add(block);
    return page.choose(chosen);
  };
  page.letGo = () => {
    if (page.state.pick !== null) page.pick(null);
    else page.choose(new Set());
  };

  function blockOf(id, point) {
    if (id === page.LINES) return point.data.meta && point.data.meta.block;
    if (id === page.HEAT) return point.y;
    return page.SCALARS.includes(id) ? null : Math.round(point.x);
  }

  /* Listen to a panel, once. */
  page.bind = (id, plot) => {
    if (!plot || plot._bound) return;
    plot._bound = true;
    const pointed = (event) => {
      const block = page.state && event.points && event.points.length ? blockOf(id, event.points[0]) : null;
      return Number.isInteger(block) && block < page.first().blocks.length ? block : null;
    };
    plot.on("plotly_hover", (event) => pointed(event) !== null && page.hover(pointed(event), id));
    plot.on("plotly_unhover", () => page.state && page.hover(null, id));
    it.onPress(plot, (event) => pointed(event) !== null && page.press(pointed(event), event.event));
    plot.on("plotly_selected", (event) => page.state && event && event.range && brushed(plot, event.range.x));
    plot.on("plotly_afterplot", page.marksSoon);
    plot.on("plotly_relayout", (change) => page.state && relaid(id, plot, change));
    plot.on("plotly_doubleclick", () => setTimeout(unzoom));
    if (page.BY_BLOCK.includes(id)) plot._home = [...plot.layout.xaxis.range];
  };

  /* The blocks inside a brushed range are the chosen set. */
  function brushed(plot, [from, to]) {
    const inside = page.first().blocks.map((block) => block.index).filter((block) => block >= Math.min(from, to) && block <= Math.max(from, to));
    page.choose(new Set(inside));
    setTimeout(() => {
      window.Plotly.relayout(plot, { selections: [] });
      window.Plotly.restyle(plot, { selectedpoints: [null] });
    });
  }
  page.drag = (mode) => {
    page.BY_BLOCK.map(it.plot).filter(Boolean).forEach((plot) => {
      if ((plot.layout.dragmode || "zoom") !== mode) window.Plotly.relayout(plot, { dragmode: mode, selectdirection: "h" });
    });
  };

  /* ---- zoom: siblings are the panels with the same x axis ---- */

  const siblings = (id) => (page.BY_BLOCK.includes(id) ? page.BY_BLOCK : page.BY_EPOCH).filter((other) => other !== id);
  let spreading = false;

  function relaid(id, plot, change) {
    const axis = Object.keys(change).find((key) => /^xaxis\d*\.range\[0\]$/.test(key));
    if (axis && !spreading) {
      spread(siblings(id), [change[axis], change[axis.replace("[0]", "[1]")]]);
      if (page.BY_EPOCH.includes(id)) page.state.zoomed = true;
    }
    if (change["yaxis.range[0]"] !== undefined) plot._zoomed = true;
    page.drawMarks();
  }
  function spread(ids, range) {
    spreading = true;
    ids.map(it.plot).filter((plot) => plot && plot.layout.xaxis && plot.layout.xaxis.visible !== false).forEach((plot) => window.Plotly.relayout(plot, { "xaxis.range": [...range] }));
    spreading = false;
  }
  function unzoom() {
    if (!page.here()) return;
    spreading = true;
    page.state.zoomed = false;
    page.BY_BLOCK.map((id) => [id, it.plot(id)]).filter(([, plot]) => plot && plot._home).forEach(([id, plot]) => {
      plot._zoomed = false;
      window.Plotly.relayout(plot, { "xaxis.range": [...plot._home] });
      page.drawByBlock(id);
    });
    page.BY_EPOCH.map(it.plot).filter(Boolean).forEach((plot) => window.Plotly.relayout(plot, { "xaxis.autorange": true, "yaxis.autorange": true }));
    spreading = false;
  }
})();
