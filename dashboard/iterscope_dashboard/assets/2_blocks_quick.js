/* Blocks: the lines of a figure moved in place, in a few milliseconds; plotly takes their values over when the scrubbing pauses. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = it.blocks;

  /* A path through the points; gaps are left out of a line, and a band closes. */
  function pathOf(points, closed) {
    let pen = "M";
    let path = "";
    points.forEach(([x, y]) => {
      if (!Number.isFinite(y)) {
        pen = closed ? pen : "M";
        return;
      }
      path += `${pen}${x.toFixed(2)},${y.toFixed(2)}`;
      pen = "L";
    });
    return path + (closed && path ? "Z" : "");
  }

  /* Whether the figure could be moved: it must show the same traces and as many points as before. */
  page.moveByBlock = (id) => {
    const plot = it.plot(id);
    const changes = plot && !plot.matches(":hover") && page.changesOf(id); // what hovering reads out is plotly's own
    if (!changes || changes.x || changes.visible || Object.keys(changes.layout).length) return false;
    const { xaxis, yaxis } = plot._fullLayout;
    const moves = changes.indices.map((index, i) => {
      const full = plot._fullData[index];
      if (full.visible !== true) return () => {};
      const group = plot.querySelector(`.scatterlayer .trace${full.uid}`);
      if (!group) return null;
      const points = changes.y[i].map((y, at) => [xaxis.d2p(full.x[at]), yaxis.d2p(y)]);
      const dots = [...group.querySelectorAll(".points > path")];
      const seen = points.filter(([, y]) => Number.isFinite(y));
      if (dots.length && dots.length !== seen.length) return null;
      return () => {
        group.querySelectorAll(".js-line").forEach((line) => line.setAttribute("d", pathOf(points, false)));
        group.querySelectorAll(".js-fill").forEach((fill) => fill.setAttribute("d", pathOf(points, true)));
        dots.forEach((dot, at) => dot.setAttribute("transform", `translate(${seen[at].join()})`));
      };
    });
    if (!moves.every(Boolean)) return false;
    moves.forEach((move) => move());
    return true;
  };
})();
