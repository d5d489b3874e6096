/* Blocks: the network's strip at the page's head: coloured by the metric at the epoch shown, and a way to pick and choose blocks. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = it.blocks;
  const strip = () => it.byId("blocks-strip");

  const channels = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  function colourAt(ramp, share) {
    const scaled = Math.min(1, Math.max(0, share)) * (ramp.length - 1);
    const low = Math.min(Math.floor(scaled), ramp.length - 2);
    const [start, end] = [channels(ramp[low]), channels(ramp[low + 1])];
    return start.map((channel, i) => Math.round(channel + (end[i] - channel) * (scaled - low)));
  }
  function luminance(rgb) {
    const [r, g, b] = rgb.map((channel) => {
      const c = channel / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  page.paintStrip = () => {
    const box = strip();
    if (!box) return;
    const metric = page.asked(page.state.metric);
    const split = page.splitOf(metric);
    const ramp = (page.diverging(metric) ? box.dataset.diverging : box.dataset.sequential).split(",");
    const [low, high] = page.limitsOf(page.first(), metric, split);
    const row = page.rowAt(page.first(), `${metric}/${split}`, page.state.epoch) || [];
    box.querySelectorAll("[data-net]").forEach((button) => {
      const value = row[Number(button.dataset.net)] ?? NaN;
      button.classList.toggle("unknown", !Number.isFinite(value));
      const rgb = Number.isFinite(value) ? colourAt(ramp, (value * page.unit(metric) - low) / (high - low || 1)) : null;
      button.style.background = rgb ? `rgb(${rgb.join()})` : "";
      button.style.color = rgb ? (luminance(rgb) > 0.179 ? "#000000" : "#ffffff") : "";
    });
    const digits = high - low >= 10 ? 0 : 2;
    it.byId("blocks-strip-low").textContent = page.signed(low, digits);
    it.byId("blocks-strip-high").textContent = page.signed(high, digits);
    it.byId("blocks-strip-key").style.setProperty("--ramp", ramp.join());
  };

  page.markStrip = (marks) => {
    const box = strip();
    if (!box) return;
    const home = page.state.pick === null ? 0 : page.state.pick;
    box.querySelectorAll("[data-net]").forEach((button) => {
      const block = Number(button.dataset.net);
      const mark = marks.get(block) || "";
      if ((button.dataset.mark || "") !== mark) button.dataset.mark = mark;
      button.setAttribute("aria-pressed", String(mark === "pick" || page.state.chosen.has(block)));
      button.tabIndex = block === home ? 0 : -1;
    });
  };

  const blockOf = (event) => {
    const button = event.target.closest && event.target.closest("[data-net]");
    return button && page.here() ? Number(button.dataset.net) : null;
  };
  document.addEventListener("pointerover", (event) => {
    const block = blockOf(event);
    if (page.here()) page.hover(block, "strip");
  });
  document.addEventListener("click", (event) => {
    const block = blockOf(event);
    if (block !== null) page.press(block, event);
  });
  document.addEventListener("keydown", (event) => {
    const block = blockOf(event);
    if (block === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = page.first().blocks.length - 1;
    const target = { ArrowRight: Math.min(last, block + 1), ArrowLeft: Math.max(0, block - 1), Home: 0, End: last }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) page.choose(new Set([...page.state.chosen, block, target]));
    page.pick(target);
    strip().querySelector(`[data-net="${target}"]`).focus();
  }, true);
})();
