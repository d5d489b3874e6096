/* Pointer and keys on the strip: focus, drop, swap by dragging, the handle, the brush. */
(function () {
  "use strict";
  const it = window.iterscope;
  const { strip } = it;
  const FAR = 6; // px before a press becomes a drag
  const PER_TIME = 7; // px of the handle for one repetition more
  const PER_SCALE = 6; // px of the handle for 0.05 of α
  let drag = null;
  let dragged = false;

  const root = () => it.byId("interventions-strip");
  const keyAt = (node) => {
    const tile = node && node.closest && node.closest("[data-key]");
    return tile && root() && root().contains(tile) ? tile.dataset.key : null;
  };
  const node = (key) => root().querySelector(`[data-key="${key}"]`);

  /* ---- dragging ---- */

  function begin(event) {
    if (event.button !== 0 || !strip.steps || !root() || !root().contains(event.target)) return;
    if (document.activeElement.closest("input, textarea")) document.activeElement.blur(); // what was typed counts first
    const key = keyAt(event.target);
    const at = { key, x: event.clientX, y: event.clientY, steps: strip.steps, moved: false };
    if (event.target.closest(".tile-grip")) drag = { ...at, kind: "handle", item: strip.item(key) };
    else if (event.shiftKey || !event.target.closest("button")) drag = { ...at, kind: "brush" };
    else if (event.target.closest(".tile-body")) drag = { ...at, kind: "swap" };
    if (drag && drag.kind !== "swap") event.preventDefault();
  }

  const HOW = {
    swap: {
      move(event) {
        const tile = node(drag.key);
        if (!tile || !strip.item(drag.key).times) return;
        tile.classList.add("dragging");
        tile.style.transform = `translate(${event.clientX - drag.x}px, ${Math.max(-14, Math.min(14, event.clientY - drag.y))}px)`;
        const over = keyAt(document.elementFromPoint(event.clientX, event.clientY));
        drag.over = over === drag.key ? null : over;
        root().querySelectorAll(".target").forEach((other) => other.classList.remove("target"));
        if (drag.over) node(drag.over).classList.add("target");
      },
      end() {
        const [one, other] = [strip.item(drag.key), drag.over && strip.item(drag.over)];
        if (one && other) strip.change(it.plan.swap(strip.items(), one, other));
        strip.draw();
      },
    },
    handle: {
      move(event) {
        const [right, up] = [event.clientX - drag.x, drag.y - event.clientY];
        drag.axis = drag.axis || (Math.abs(up) >= Math.abs(right) ? "times" : "scale");
        const { item } = drag;
        const used = drag.steps.reduce((sum, step) => sum + step.times, 0) - item.times;
        const changes =
          drag.axis === "times"
            ? { times: Math.max(1, Math.min(it.plan.MAX_STEPS - used, item.times + Math.round(up / PER_TIME))) }
            : { scale: Number(((item.scale === null ? 1 : item.scale) + 0.05 * Math.round(right / PER_SCALE)).toFixed(4)) };
        strip.show(it.plan.amend(drag.steps, item.at, changes));
      },
      end() {
        strip.focus = drag.key;
        strip.change(strip.steps, drag.steps);
        strip.look(drag.key);
      },
    },
    brush: {
      move(event) {
        const box = root().getBoundingClientRect();
        const [left, right] = [drag.x, event.clientX].sort((a, b) => a - b);
        const [top, bottom] = [drag.y, event.clientY].sort((a, b) => a - b);
        if (!drag.box) root().append((drag.box = strip.element("div", { class: "brush", "aria-hidden": "true" })));
        const style = { left: left - box.left, top: top - box.top, width: right - left, height: bottom - top };
        Object.entries(style).forEach(([name, value]) => (drag.box.style[name] = `${value}px`));
        drag.keys = new Set();
        root().querySelectorAll("[data-key]").forEach((tile) => {
          const rect = tile.getBoundingClientRect();
          const inside = rect.left < right && rect.right > left && rect.top < bottom + 1 && rect.bottom > top - 1;
          tile.classList.toggle("selected", inside);
          if (inside) drag.keys.add(tile.dataset.key);
        });
      },
      end() {
        if (drag.box) drag.box.remove();
        strip.selected = drag.keys || new Set();
        if (strip.selected.size) strip.toggle(strip.selected);
        strip.draw();
      },
    },
  };

  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", (event) => {
    if (!drag || !root()) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
    drag.moved = true;
    HOW[drag.kind].move(event);
  });
  function finish(event) {
    if (!drag) return;
    if (drag.moved && root()) {
      if (event.type === "pointercancel" && drag.kind === "swap") drag.over = null;
      HOW[drag.kind].end();
      dragged = true; // the click that follows is none
      setTimeout(() => (dragged = false), 0);
    } else if (event.shiftKey && drag.key) extend(drag.key);
    drag = null;
  }
  document.addEventListener("pointerup", finish);
  document.addEventListener("pointercancel", finish);

  document.addEventListener("click", (event) => {
    const key = strip.steps && root() ? keyAt(event.target) : null;
    if (key === null || event.shiftKey || dragged) return;
    if (event.target.closest(".tile-number")) strip.toggle(new Set([key]));
    else if (event.target.closest(".tile-body")) {
      strip.selected = new Set();
      strip.look(key);
    }
  });

  /* ---- keys ---- */

  /* Select everything from the block in focus to this one. */
  function extend(key) {
    const keys = strip.items().map((item) => item.key);
    const from = keys.indexOf(strip.anchor || strip.focus || key);
    const to = keys.indexOf(key);
    strip.anchor = keys[from];
    strip.selected = new Set(keys.slice(Math.min(from, to), Math.max(from, to) + 1));
    strip.look(key);
    strip.enter(key);
  }

  const scaled = (item, by) => strip.amend(item, { scale: (item.scale === null ? 1 : item.scale) + by });
  const KEYS = {
    d: (item) => strip.toggle(strip.selected.size > 1 ? strip.selected : new Set([item.key])),
    r: (item) => strip.act("repeat", item),
    "+": (item) => strip.amend(item, { times: item.times + 1 }),
    "-": (item) => strip.amend(item, { times: item.times - 1 }),
    "]": (item) => scaled(item, 0.05),
    "[": (item) => scaled(item, -0.05),
    Escape: () => {
      strip.selected = new Set();
      strip.draw();
    },
  };
  Object.assign(KEYS, { Delete: KEYS.d, Backspace: KEYS.d, "=": KEYS["+"], "−": KEYS["-"] });

  document.addEventListener("keydown", (event) => {
    const key = strip.steps && event.target.closest && event.target.closest(".tile-body") && keyAt(event.target);
    if (!key || event.ctrlKey || event.metaKey) return;
    const keys = strip.items().map((item) => item.key);
    const at = keys.indexOf(key);
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: keys.length - 1 }[event.key];
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (target === undefined && !act) return;
    event.preventDefault();
    if (target === undefined) act(strip.item(key));
    else if (event.altKey) {
      strip.look(key);
      strip.move(strip.item(key), target - at);
      strip.enter(key);
    } else if (keys[target] && event.shiftKey) {
      strip.anchor = strip.selected.size ? strip.anchor : key;
      extend(keys[target]);
    } else if (keys[target]) {
      strip.selected = new Set();
      strip.anchor = null;
      strip.look(keys[target]);
      strip.enter(keys[target]);
    }
  });
})();
