/* The Blocks page: what its parts (2_blocks_*.js) share. All curves are in the browser, so scrubbing, hovering and picking never wait. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = (it.blocks = { state: null }); // the state is made anew by `load` in 2_blocks_wiring.js

  page.BY_BLOCK = ["blocks-cosine", "blocks-ratio", "blocks-drop", "blocks-exit"];
  page.FREE = "blocks-exit"; // its metric is the reader's choice
  page.DROP = "blocks-drop";
  page.LINES = "blocks-lines";
  page.HEAT = "blocks-heat";
  page.SCALARS = ["blocks-gradient", "blocks-training"];
  page.BY_EPOCH = [page.LINES, page.HEAT, ...page.SCALARS];
  page.ALL = [...page.BY_BLOCK, ...page.BY_EPOCH];

  const PERCENT = ["early_exit_accuracy", "drop_accuracy", "drop_damage"];
  page.unit = (metric) => (PERCENT.includes(metric) ? 100 : 1);
  page.here = () => Boolean(page.state && it.byId("blocks-play"));
  page.shownSplit = () => (page.state.split === "train" ? "train" : "validation");
  page.first = () => page.state.curves[page.state.run];

  /* Cosine loss and ℓ2 ratio are those of the effective update where that is asked for. */
  page.asked = (metric) => {
    const effective = page.state.update === "effective" && ["cosine_loss", "l2_ratio"].includes(metric);
    return effective ? `${metric}_effective` : metric;
  };
  /* Where values are looked up: what is dropped or effective is measured on one split. */
  page.splitOf = (metric) => (metric.startsWith("drop") ? "validation" : page.shownSplit());

  page.signed = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits).replace("-", "−") : "undefined");
  page.valueText = (metric, value) => {
    const shown = value * page.unit(metric);
    return page.unit(metric) === 100 ? `${page.signed(shown, 1)} ${metric === "drop_damage" ? "points" : "%"}` : page.signed(shown);
  };

  /* 0,4-7 */
  page.blocksText = (chosen) => {
    const parts = [];
    [...chosen].sort((a, b) => a - b).forEach((block) => {
      const last = parts[parts.length - 1];
      if (last && last[1] === block - 1) last[1] = block;
      else parts.push([block, block]);
    });
    return parts.map(([start, stop]) => (start === stop ? `${start}` : `${start}-${stop}`)).join(",") || null;
  };

  /* What a copied figure must say: see 1_copy.js. */
  it.shown = () => {
    const { state } = page;
    if (!state) return {};
    const pin = state.pin && [state.pin.run, state.pin.epoch];
    return {
      epoch: state.epoch, metric: state.metric, split: page.shownSplit(), unit: page.unit(state.metric),
      by: state.by, by_unit: page.unit(state.by),
      pin: pin ? `("${pin[0]}", ${pin[1]})` : "None", difference: state.difference ? "True" : "False",
      runs: [...state.runs.map((run) => [run, state.epoch]), ...(pin ? [pin] : [])],
    };
  };
})();
