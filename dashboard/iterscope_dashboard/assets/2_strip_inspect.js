/* The inspector under the strip: the numbers of the block in focus, and what can be done to it. */
(function () {
  "use strict";
  const it = window.iterscope;
  const { strip } = it;
  const h = strip.element;
  const parts = {};

  const button = (action, label, key) =>
    h("button", { type: "button", class: "chip", "data-act": action, title: `Key: ${key}` }, label);
  const field = (name, label, attributes) =>
    h("label", { class: "control" }, h("span", { class: "control-label" }, label),
      (parts[name] = h("input", { type: "number", class: "inspector-field", "data-field": name, ...attributes })));
  const fact = (name, label) =>
    h("div", { class: "inspector-fact" }, h("dt", {}, label), (parts[name] = h("dd", {}, "–")));

  /* Once a page: later only values change, so that typing is not disturbed. */
  strip.build = () => {
    parts.title = h("strong", { class: "inspector-title" });
    parts.kind = h("span", { class: "control-label" });
    parts.toggle = button("toggle", "Drop", "D");
    parts.many = h("button", { type: "button", class: "chip", "data-act": "selected", hidden: "" });
    parts.repeat = button("repeat", "Repeat ×20, α = 0.1", "R");
    parts.panel = h("div", { class: "inspector-panel" },
      h("div", { class: "inspector-name" }, parts.title, parts.kind),
      h("dl", { class: "inspector-facts" }, fact("cosine", "cosine loss"), fact("ratio", "ℓ2 ratio"), fact("drop", "when dropped")),
      h("div", { class: "inspector-acts" }, parts.toggle, parts.many, field("times", "times", { min: 1, max: it.plan.MAX_STEPS, step: 1 }),
        field("scale", "α", { step: 0.05 }), parts.repeat, button("left", "← Earlier", "Alt ←"), button("right", "Later →", "Alt →")));
    parts.hint = h("p", { class: "key-hint inspector-hint" },
      "Click a block to inspect it, or its number to drop it. Drag a block onto another to swap them. Drag its handle up to repeat it, sideways to scale it. Drag across empty space to drop several. “?” lists the keys.");
    it.byId("interventions-inspector").replaceChildren(parts.hint, parts.panel);
  };

  function write(input, value) {
    if (document.activeElement !== input) input.value = value;
  }

  strip.inspect = () => {
    if (!parts.panel || !parts.panel.isConnected) return;
    const item = strip.focus === null ? null : strip.item(strip.focus);
    parts.panel.classList.toggle("idle", !item);
    parts.hint.hidden = Boolean(item);
    parts.panel.hidden = !item;
    if (!item) return;
    const { stage, is_projection } = strip.context.blocks[item.block];
    const shape = strip.shapeText(item.block);
    parts.title.textContent = `Block ${item.block}${item.again ? " again" : ""}`;
    parts.kind.textContent = [`stage ${stage + 1}`, shape, is_projection ? "projection" : "identity skip"].filter(Boolean).join(" · ");
    parts.cosine.textContent = strip.signed(strip.valueOf(item.block, "cosine"), 3);
    parts.ratio.textContent = strip.signed(strip.valueOf(item.block, "ratio"), 3);
    const lost = strip.valueOf(item.block, "drop");
    parts.drop.textContent = lost === undefined ? "–" : `${strip.signed(lost, 1)} points`;
    parts.drop.title = lost === undefined ? "Select the colour “Drop” to measure it" : "change in accuracy when only this block is dropped";
    parts.toggle.textContent = item.off ? "Restore" : item.again ? "Remove" : "Drop";
    parts.many.hidden = strip.selected.size < 2;
    const allOff = [...strip.selected].every((key) => strip.item(key).off);
    parts.many.textContent = `${allOff ? "Restore" : "Drop"} ${strip.selected.size} blocks`;
    const next = item.times ? strip.steps[item.at + 1] : null;
    parts.repeat.textContent = next && next.block === item.block ? "Don’t repeat" : "Repeat ×20, α = 0.1";
    parts.repeat.disabled = !item.times;
    parts.times.disabled = parts.scale.disabled = !item.times;
    write(parts.times, item.times || "");
    write(parts.scale, item.times && item.scale !== null ? it.plan.number(item.scale) : "");
    parts.scale.placeholder = item.scale === null ? "auto" : "";
  };

  strip.amend = (item, changes) => {
    if (!item || !item.times) return;
    const used = strip.steps.reduce((sum, step) => sum + step.times, 0) - item.times;
    const times = changes.times === undefined ? item.times : Math.max(1, Math.min(it.plan.MAX_STEPS - used, Math.round(changes.times)));
    const scale = changes.scale === undefined ? item.scale : Number(Math.max(-1e6, Math.min(1e6, changes.scale)).toFixed(4));
    strip.change(it.plan.amend(strip.steps, item.at, { times, scale }));
  };
  strip.move = (item, by) => {
    const shown = strip.items();
    const at = shown.findIndex((other) => other.key === item.key);
    let to = at + by;
    while (shown[to] && !shown[to].times) to += by; // ghosts have no place of their own
    if (item.times && shown[to]) strip.change(it.plan.swap(shown, item, shown[to]));
  };

  const ACTS = {
    toggle: (item) => strip.toggle(new Set([item.key])),
    selected: () => strip.toggle(strip.selected),
    repeat: (item) => item.times && strip.change(it.plan.repeat(strip.steps, item.at)),
    left: (item) => strip.move(item, -1),
    right: (item) => strip.move(item, 1),
  };
  strip.act = (name, item) => ACTS[name](item);

  document.addEventListener("click", (event) => {
    const act = event.target.closest && event.target.closest("[data-act]");
    const item = act && strip.focus !== null && strip.item(strip.focus);
    if (item) strip.act(act.dataset.act, item);
  });
  document.addEventListener("input", (event) => {
    const name = event.target.dataset && event.target.dataset.field;
    const value = event.target.valueAsNumber;
    if (!name || strip.focus === null || !Number.isFinite(value)) return;
    if (name !== "times" || value >= 1) strip.amend(strip.item(strip.focus), { [name]: value });
  });
})();
