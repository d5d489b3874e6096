/* What is pointed at on the strip or in a chart is marked on the strip and in every chart; nothing is asked of the server. */
(function () {
  "use strict";
  const it = window.iterscope;
  const { strip } = it;
  const STEPS = ["interventions-cosine", "interventions-ratio"];
  const EXTRA = { "interventions-unroll-groups": 3, "interventions-unroll-metrics": 2 }; // charts against the extra step, and their axes
  let pointed = null; // {key, step}: step counts all that run; null for a block that does not

  const traceOf = (plot, role) => plot.data.find((trace) => trace.meta && trace.meta.role === role);

  /* The step that the unrolling's charts count from: the first run of the repeated block. */
  function origin() {
    const shown = strip.items().filter((item) => item.times);
    const at = shown.findLastIndex((item, i) => item.times > 1 || (i > 0 && shown[i - 1].block === item.block));
    if (at < 0) return null;
    let start = at;
    while (start > 0 && shown[start - 1].block === shown[at].block) start -= 1;
    const total = shown.slice(start, at + 1).reduce((sum, item) => sum + item.times, 0);
    return { first: shown[start].first, last: shown[start].first + total - 1 };
  }

  const itemAt = (step) => strip.items().find((item) => item.times && step >= item.first && step < item.first + item.times);

  /* The steps to mark for an item: its only one, or the ends of a repetition. */
  function stepsOf({ key, step }) {
    if (step !== null) return [step];
    const item = strip.item(key);
    if (!item || !item.times) return [];
    return item.times > 1 ? [item.first, item.first + item.times - 1] : [item.first];
  }

  function positions(plot, target) {
    const trace = traceOf(plot, "plan");
    const item = strip.item(target.key);
    const found = stepsOf(target).map((step) => trace && trace.x[step]).filter((x) => x !== undefined);
    return found.length || !item ? found : [item.block]; // a block that does not run stands at its index
  }

  function targets() {
    const found = [];
    if (strip.focus !== null && strip.item(strip.focus)) found.push([{ key: strip.focus, step: null }, "pick"]);
    if (pointed && strip.item(pointed.key)) found.push([pointed, "hover"]);
    return found;
  }

  strip.mark = () => {
    const root = it.byId("interventions-strip");
    if (!root) return;
    root.querySelectorAll(".pointed").forEach((tile) => tile.classList.remove("pointed"));
    const tile = pointed && root.querySelector(`[data-key="${pointed.key}"]`);
    if (tile) tile.classList.add("pointed");
    STEPS.forEach((id) => {
      const plot = it.plot(id);
      if (!plot) return;
      it.overlay(plot, targets().flatMap(([target, className]) => positions(plot, target).map((value) => ({ kind: "x", value, className }))));
      readout(id, plot);
    });
    const from = origin();
    Object.entries(EXTRA).forEach(([id, axes]) => {
      const plot = it.plot(id);
      if (!plot) return;
      const extra = from
        ? targets().flatMap(([target, className]) =>
            stepsOf(target).filter((step) => step >= from.first && step <= from.last).map((step) => [step - from.first, className]))
        : [];
      const marks = extra.flatMap(([value, className]) =>
        Array.from({ length: axes }, (_, i) => (i ? i + 1 : "")).map((n) => ({ kind: "x", value, className, x: `xaxis${n}`, y: `yaxis${n}` })));
      it.overlay(plot, marks);
    });
  };

  /* "block 5: −0.031, reference −0.040" in the panel's head. */
  function readout(id, plot) {
    const item = pointed && strip.item(pointed.key);
    let text = "";
    if (item) {
      const [now, before] = [traceOf(plot, "plan"), traceOf(plot, "reference")];
      const step = stepsOf(pointed)[0];
      const old = before ? before.text.indexOf(String(item.block)) : -1;
      const values = [
        step !== undefined && now ? strip.signed(now.y[step], 3) : "not run",
        old >= 0 ? `reference ${strip.signed(before.y[old], 3)}` : "",
      ];
      text = `block ${item.block}: ${values.filter(Boolean).join(", ")}`;
    }
    const line = it.byId(`${id}-readout`);
    if (line) line.textContent = text;
  }

  let waiting = false;
  function point(next) {
    if (pointed && next && pointed.key === next.key && pointed.step === next.step) return;
    if (!pointed && !next) return;
    pointed = next;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      strip.mark();
    });
  }

  /* The step whose curve point is nearest to x; a block that does not run where none is near. */
  function stepAt(plot, x) {
    const trace = traceOf(plot, "plan");
    let best = -1;
    ((trace && trace.x) || []).forEach((value, i) => {
      if (best < 0 || Math.abs(value - x) < Math.abs(trace.x[best] - x)) best = i;
    });
    if (best >= 0 && Math.abs(trace.x[best] - x) < 0.5) {
      const item = itemAt(best);
      return item && { key: item.key, step: best };
    }
    const ghost = strip.items().find((item) => !item.times && item.block === Math.round(x));
    return ghost ? { key: ghost.key, step: null } : null;
  }
  function found(id, x) {
    if (STEPS.includes(id)) return stepAt(it.plot(id), x);
    const from = origin();
    const item = from && itemAt(from.first + Math.round(x));
    return item ? { key: item.key, step: from.first + Math.round(x) } : null;
  }

  /* Plotly tells of its own events on the figure's element; each is listened to once. */
  function listen(id) {
    const plot = it.plot(id);
    if (!plot || plot.dataset.linked) return;
    plot.dataset.linked = "true";
    plot.on("plotly_hover", (event) => strip.steps && point(found(id, event.points[0].x)));
    plot.on("plotly_unhover", () => point(null));
    it.onPress(plot, (event) => {
      const target = strip.steps && found(id, event.points[0].x);
      if (target) strip.look(target.key);
    });
    plot.on("plotly_afterplot", () => strip.steps && strip.mark());
  }
  strip.listen = () => [...STEPS, ...Object.keys(EXTRA)].forEach(listen);

  ["pointerover", "focusin"].forEach((name) =>
    document.addEventListener(name, (event) => {
      if (!strip.steps || !it.byId("interventions-strip")) return;
      const tile = event.target.closest && event.target.closest(".strip [data-key]");
      if (tile) point({ key: tile.dataset.key, step: null });
      else if (name === "pointerover" && !event.target.closest(".graph-box")) point(null);
    })
  );
})();
