/* The strip drawn: one bar a step on the line of the hidden state, its skip connection over it, ghosts where a block does not run. */
(function () {
  "use strict";
  const it = window.iterscope;
  const { strip } = it;
  const TALLEST = 58; // px, of the bars with the highest resolution
  const METRICS = {
    cosine: { name: "cosine loss", ramp: "diverging", digits: 3, values: () => means("cosine_loss") },
    ratio: { name: "ℓ2 ratio", ramp: "sequential", digits: 3, values: () => means("l2_ratio") },
    drop: { name: "accuracy when dropped", ramp: "loss", digits: 1, values: damage },
  };

  function h(tag, attributes, ...children) {
    const node = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => value !== null && node.setAttribute(name, value));
    node.append(...children);
    return node;
  }
  strip.element = h;
  strip.signed = (value, digits) =>
    value === null || value === undefined || !Number.isFinite(value) ? "–" : value.toFixed(digits).replace("-", "−");

  /* ---- values and colours ---- */

  const means = (metric) => (strip.measured.blocks ? strip.measured.blocks[metric].mean : []);
  function damage() {
    const found = strip.measured.drop;
    const values = [];
    if (found) found.plans.forEach((plan) => (values[plan.blocks[0]] = 100 * (plan.accuracy - found.baseline.accuracy)));
    return values;
  }
  strip.valueOf = (block, metric) => METRICS[metric].values()[block];

  /* The ends of the ramp. The first blocks' ratios tower over the others': the ramp ends at the ninth decile, and stays there above it. */
  function limits(metric) {
    const values = METRICS[metric].values().filter(Number.isFinite).sort((a, b) => a - b);
    if (!values.length) return null;
    const most = Math.max(...values.map(Math.abs), 1e-9);
    if (metric === "ratio") return [0, values[Math.floor(0.9 * (values.length - 1))]];
    return metric === "cosine" ? [-most, most] : [-most, 0];
  }

  const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  function mixed(stops, position) {
    const at = Math.min(Math.max(position, 0), 1);
    const next = stops.findIndex(([stop]) => stop >= at);
    if (next <= 0) return stops[0][1];
    const [[low, from], [high, to]] = [stops[next - 1], stops[next]];
    const share = (at - low) / (high - low);
    return `rgb(${channels(from).map((c, i) => Math.round(c + share * (channels(to)[i] - c))).join(" ")})`;
  }
  function fill(block, scale) {
    const value = strip.valueOf(block, strip.colour);
    if (!scale || !Number.isFinite(value)) return null;
    return mixed(strip.context.ramps[METRICS[strip.colour].ramp], (value - scale[0]) / (scale[1] - scale[0]));
  }

  function drawLegend(scale) {
    const { ramp, digits } = METRICS[strip.colour];
    const stops = strip.context.ramps[ramp].map(([at, colour]) => `${colour} ${100 * at}%`).join(", ");
    const unit = strip.colour === "drop" ? " points" : "";
    it.byId("interventions-legend").replaceChildren(
      h("span", {}, scale ? strip.signed(scale[0], digits) : "…"),
      h("span", { class: "legend-ramp", style: `background: linear-gradient(to right, ${stops})` }),
      h("span", {}, scale ? (strip.colour === "ratio" ? "≥ " : "") + strip.signed(scale[1], digits) + unit : "…")
    );
  }

  /* ---- sizes ---- */

  /* [channels, height, width] behind each block; where the backend has not told, each stage is thought half as high as the last. */
  function shapes() {
    const told = strip.measured.blocks && strip.measured.blocks.shapes;
    return told || strip.context.blocks.map(({ stage }) => [2 ** stage, 2 ** -stage, 2 ** -stage]);
  }
  function sizes() {
    const all = shapes();
    const highest = Math.max(...all.map((shape) => shape[1] || 1));
    const fewest = Math.min(...all.map((shape) => shape[0]));
    return all.map(([count, height]) => ({
      height: Math.max(16, TALLEST * Math.sqrt((height || 1) / highest)),
      width: (count / fewest) ** 0.25,
    }));
  }
  strip.shapeText = (block) => {
    const told = strip.measured.blocks && strip.measured.blocks.shapes;
    return told ? `${told[block].join("\u202f×\u202f")}` : "";
  };

  /* ---- drawing ---- */

  const times = (item) => `×${item.times}`;
  const alpha = (item) => (item.scale === null ? "α auto" : `α ${it.plan.number(item.scale).replace("-", "−")}`);
  strip.name = (item) => {
    const what = item.off
      ? item.times ? "dropped, shortcut kept" : "dropped"
      : [item.times > 1 ? `${item.times} times` : "", item.scale === 1 ? "" : alpha(item)].filter(Boolean).join(", ");
    const { stage, is_projection } = strip.context.blocks[item.block];
    return `Block ${item.block}${item.again ? " again" : ""}, stage ${stage + 1}${is_projection ? ", projection" : ""}${what && `, ${what}`}`;
  };

  function tile(item, size, colour, home) {
    const { is_projection } = strip.context.blocks[item.block];
    const classes = {
      off: item.off, ghost: !item.times, projection: is_projection, again: item.again, many: item.times > 1,
      moved: item.times && !item.again && home !== item.block, selected: strip.selected.has(item.key), focus: strip.focus === item.key,
    };
    const chosen = Object.keys(classes).filter((name) => classes[name]);
    const scaled = !item.off && item.scale !== 1;
    const badge = [item.times > 1 ? times(item) : "", scaled ? alpha(item) : ""].filter(Boolean);
    const label = strip.name(item);
    const body = h("button", { type: "button", class: "tile-body", "data-block": item.block, "aria-label": label, tabindex: -1,
      "aria-pressed": String(strip.selected.has(item.key) || strip.focus === item.key) });
    const number = h("button", { type: "button", class: "tile-number", "data-toggle": item.block, tabindex: -1,
      "aria-pressed": String(item.off), "aria-label": `${item.off ? "Restore" : "Drop"} block ${item.block}${item.again ? " again" : ""}`,
      title: item.off ? "Restore" : "Drop" }, String(item.block));
    const grip = h("span", { class: "tile-grip", title: "Drag up or down to change the repetitions, sideways to change the scale α", "aria-hidden": "true" });
    const text = h("span", { class: "tile-badge", "aria-hidden": "true" }, ...badge.map((line) => h("span", {}, line)));
    return h("div", { class: ["tile", ...chosen].join(" "), "data-key": item.key, title: label,
      style: `--grow: ${size.width.toFixed(3)}; --bar: ${size.height.toFixed(1)}px${colour ? `; --fill: ${colour}` : ""}` },
      h("span", { class: "tile-skip", "aria-hidden": "true" }), text, body, number, ...(item.times ? [grip] : []));
  }

  function segments(items) {
    const found = [];
    items.forEach((item, place) => {
      const { stage } = strip.context.blocks[item.block];
      const last = found[found.length - 1];
      if (last && last.stage === stage) last.items.push([item, place]);
      else found.push({ stage, items: [[item, place]] });
    });
    return found;
  }

  function draw() {
    const root = it.byId("interventions-strip");
    if (!root || !strip.steps) return;
    const before = places(root);
    const active = root.contains(document.activeElement) ? document.activeElement.closest("[data-key]").dataset.key : null;
    const size = sizes();
    const scale = limits(strip.colour);
    let home = -1; // the place that a block has in the untouched network
    const drawn = segments(strip.items()).map(({ stage, items }) => {
      const tiles = items.map(([item]) => {
        home += item.again ? 0 : 1;
        return tile(item, size[item.block], item.off ? null : fill(item.block, scale), home);
      });
      const grow = items.reduce((sum, [item]) => sum + size[item.block].width, 0);
      const shape = strip.shapeText(items[items.length - 1][0].block);
      const name = h("span", { class: "segment-name" }, `stage ${stage + 1}`, ...(shape ? [h("span", {}, shape)] : []));
      return h("div", { class: "segment", style: `--grow: ${grow.toFixed(3)}; --count: ${items.length}` }, name, h("div", { class: "lane" }, ...tiles));
    });
    root.replaceChildren(h("span", { class: "strip-end" }, "image"), ...drawn, h("span", { class: "strip-end" }, "head"));
    const entry = strip.focus || strip.items()[0].key; // where Tab enters
    root.querySelector(`[data-key="${entry}"] .tile-body`).tabIndex = 0;
    if (active) strip.enter(active);
    glide(root, before);
    drawLegend(scale);
    strip.inspect();
    strip.mark();
  }

  strip.enter = (key) => {
    const body = it.byId("interventions-strip").querySelector(`[data-key="${key}"] .tile-body`);
    if (body) body.focus({ preventScroll: true });
  };

  /* Bars that have moved glide to their new place. */
  const places = (root) => new Map([...root.querySelectorAll("[data-key]")].map((node) => [node.dataset.key, node.getBoundingClientRect()]));
  function glide(root, before) {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    root.querySelectorAll("[data-key]").forEach((node) => {
      const from = before.get(node.dataset.key);
      const to = node.getBoundingClientRect();
      if (!from || (Math.abs(from.x - to.x) < 2 && Math.abs(from.y - to.y) < 2)) return;
      node.animate([{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` }, { transform: "none" }], { duration: 160, easing: "ease-out" });
    });
  }

  strip.draw = draw;
})();
