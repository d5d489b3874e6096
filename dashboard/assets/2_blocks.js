/* The Blocks page: all curves are here, so scrubbing, hovering and picking never wait for the server. */
(function () {
  "use strict";
  const it = window.iterscope;
  const IDS = {
    by: ["blocks-cosine", "blocks-ratio", "blocks-exit"],
    drop: "blocks-drop",
    lines: "blocks-lines",
    heat: "blocks-heat",
    scalars: ["blocks-gradient", "blocks-training"],
  };
  const ALL = [...IDS.by, IDS.drop, IDS.lines, IDS.heat, ...IDS.scalars];
  const VERDICTS = {
    holds: "as in the paper",
    partly: "partly as in the paper",
    no: "not as in the paper",
    untrained: "untrained",
  };
  let state = null;

  /* ---- curves ---- */

  function decode(packed) {
    const bytes = Uint8Array.from(atob(packed.data.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const flat = new Float32Array(bytes.buffer);
    const columns = packed.columns;
    const count = columns.length;
    return packed.epochs.map((_, row) => {
      const full = new Array(packed.width).fill(NaN);
      for (let i = 0; i < count; i += 1) full[columns[i]] = flat[row * count + i];
      return full;
    });
  }

  function insert(target, epochs, items) {
    epochs.forEach((epoch, i) => {
      const at = position(target.epochs, epoch);
      if (at >= 0 && target.epochs[at] === epoch) target.items[at] = items[i];
      else {
        target.epochs.splice(at + 1, 0, epoch);
        target.items.splice(at + 1, 0, items[i]);
      }
    });
  }

  /* Index of the latest epoch that is not after `epoch`; −1 before the first. */
  function position(epochs, epoch) {
    let low = 0;
    let high = epochs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (epochs[middle] <= epoch) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  function merge(payload) {
    Object.entries(payload.series).forEach(([key, packed]) => {
      const target = (state.series[key] = state.series[key] || { epochs: [], items: [] });
      insert(target, packed.epochs, decode(packed));
    });
    Object.entries(payload.scalars).forEach(([key, curve]) => {
      const target = (state.scalars[key] = state.scalars[key] || { epochs: [], items: [] });
      insert(target, curve.epochs, curve.values);
    });
    Object.entries(payload.ranges).forEach(([metric, [low, high]]) => {
      const old = state.ranges[metric];
      state.ranges[metric] = old ? [Math.min(old[0], low), Math.max(old[1], high)] : [low, high];
    });
    Object.entries(payload.limits).forEach(([key, [low, high]]) => {
      const old = state.limits[key];
      state.limits[key] = old ? [Math.min(old[0], low), Math.max(old[1], high)] : [low, high];
    });
    Object.assign(state.claims, payload.claims);
    state.epochs = [...new Set([...state.epochs, ...payload.epochs])].sort((a, b) => a - b);
  }

  function valuesAt(key, epoch) {
    const series = state.series[key];
    const at = series ? position(series.epochs, epoch) : -1;
    return at >= 0 ? series.items[at] : null;
  }

  /* Few epochs have a tick each: there is no half an epoch. */
  const epochTicks = (epochs) => ({ "xaxis.dtick": Math.max(...epochs) - Math.min(...epochs) < 10 ? 1 : null });

  const unit = (metric) => (metric === "early_exit_accuracy" ? 100 : 1);

  /* ---- drawing ---- */

  function drawByBlock(id) {
    const plot = it.plot(id);
    const meta = plot && plot.layout.meta;
    if (!meta || meta.kind !== "by-block") return;
    const changes = { y: [] };
    const xs = [];
    const visible = [];
    const indices = [];
    plot.data.forEach((trace, index) => {
      if (!trace.meta || !trace.meta.role) return;
      const { role, split } = trace.meta;
      const mean = valuesAt(`${meta.metric}/${split}`, state.epoch);
      const std = valuesAt(`${meta.metric}_std/${split}`, state.epoch);
      const factor = unit(meta.metric);
      if (role === "mean") {
        xs.push((mean || []).map((_, i) => i));
        changes.y.push((mean || []).map((v) => v * factor));
      } else {
        const kept = [];
        if (mean && std) mean.forEach((m, i) => Number.isFinite(m) && Number.isFinite(std[i]) && kept.push(i));
        const back = [...kept].reverse();
        xs.push([...kept, ...back]);
        changes.y.push([...kept.map((i) => (mean[i] + std[i]) * factor), ...back.map((i) => (mean[i] - std[i]) * factor)]);
      }
      visible.push(state.split === "both" || state.split === split);
      indices.push(index);
    });
    if (!indices.length) return;
    // Only what differs: an unchanged x or visibility would cost plotly a slower path.
    if (indices.some((index, i) => (plot.data[index].x || []).length !== xs[i].length)) changes.x = xs;
    if (indices.some((index, i) => (plot.data[index].visible !== false) !== visible[i])) changes.visible = visible;
    const range = state.ranges[meta.metric];
    const layout = range ? { "yaxis.range": range.map((edge) => edge * unit(meta.metric)) } : {};
    const known = plot.layout.yaxis.range;
    const same = range && known && Math.abs(known[0] - layout["yaxis.range"][0]) + Math.abs(known[1] - layout["yaxis.range"][1]) < 1e-9;
    if (same || plot._zoomed) window.Plotly.restyle(plot, changes, indices);
    else window.Plotly.update(plot, changes, layout, indices);
  }

  function mapSplit() {
    return state.split === "train" ? "train" : "validation";
  }

  function drawEpochs() {
    const key = `${state.metric}/${mapSplit()}`;
    const series = state.series[key] || { epochs: [], items: [] };
    const factor = unit(state.metric);
    const column = (block) => series.items.map((row) => row[block] * factor);
    const lines = it.plot(IDS.lines);
    if (lines && lines.layout.meta && lines.layout.meta.kind === "lines") {
      const indices = [];
      const xs = [];
      const ys = [];
      lines.data.forEach((trace, index) => {
        if (!trace.meta || trace.meta.block === undefined) return;
        indices.push(index);
        xs.push(series.epochs);
        ys.push(column(trace.meta.block));
      });
      const titles = lines.layout.meta.axes;
      window.Plotly.update(
        lines,
        { x: xs, y: ys },
        { "yaxis.title.text": titles[state.metric], "yaxis.autorange": true, "xaxis.autorange": true, ...epochTicks(series.epochs) },
        indices
      );
    }
    const heat = it.plot(IDS.heat);
    if (heat && heat.layout.meta && heat.layout.meta.kind === "heat") {
      const { scales, titles } = heat.layout.meta;
      const diverging = state.metric.startsWith("cosine");
      const limits = state.limits[key] || [0, 1];
      const rows = state.blocks.map((block) => column(block.index));
      window.Plotly.update(
        heat,
        {
          x: [series.epochs],
          z: [rows],
          zmin: limits[0],
          zmax: limits[1],
          colorscale: [diverging ? scales.diverging : scales.sequential],
          "colorbar.title.text": titles[state.metric],
        },
        epochTicks(series.epochs),
        [0]
      );
    }
    const badge = mapSplit() + (state.merged ? `, n = ${state.merged}` : "");
    [IDS.lines, IDS.heat].map((id) => it.byId(`${id}-badge`)).forEach((place) => place && (place.textContent = badge));
  }

  function drawScalars() {
    IDS.scalars.forEach((id) => {
      const plot = it.plot(id);
      if (!plot) return;
      const xs = [];
      const ys = [];
      const indices = [];
      plot.data.forEach((trace, index) => {
        const curve = trace.meta && state.scalars[trace.meta.scalar];
        if (!curve) return;
        const factor = trace.meta.percent ? 100 : 1;
        indices.push(index);
        xs.push(curve.epochs);
        ys.push(curve.items.map((v) => (v === null ? null : v * factor)));
      });
      if (indices.length) window.Plotly.update(plot, { x: xs, y: ys }, epochTicks(xs.flat()), indices);
    });
  }

  function drawClaim() {
    const at = position(state.epochs, state.epoch);
    const claim = at >= 0 ? state.claims[state.epochs[at]] : null;
    if (!claim) return;
    it.byId("blocks-claim-sentence").textContent = claim.sentence;
    const verdict = it.byId("blocks-claim-verdict");
    verdict.textContent = VERDICTS[claim.verdict];
    verdict.className = `verdict verdict-${claim.verdict}`;
  }

  /* ---- block drop: measured per checkpoint, so the latest one at or before the epoch ---- */

  function checkpointNow() {
    const earlier = state.checkpoints.filter((c) => c.epoch !== null && c.epoch <= state.epoch);
    return earlier.reduce((best, c) => (!best || c.epoch > best.epoch ? c : best), null);
  }

  function drawDrop() {
    const badge = it.byId("blocks-drop-badge");
    const sentence = it.byId("blocks-claim-drop");
    const wanted = checkpointNow();
    if (!badge || !wanted) return;
    const known = state.drops[wanted.id];
    if (known && known.figure) {
      badge.textContent = state.imported ? "" : `epoch ${wanted.epoch}${state.merged ? ", n = 1" : ""}`;
      sentence.textContent = known.sentence;
      if (state.dropShown !== wanted.id) {
        state.dropShown = wanted.id;
        it.set(IDS.drop, { figure: known.figure });
      }
      return;
    }
    badge.textContent = known && known.error ? `failed: ${known.error}` : state.imported ? "measuring …" : `measuring epoch ${wanted.epoch} …`;
    if (known && known.error) return;
    clearTimeout(state.dropTimer);
    state.dropTimer = setTimeout(askDrop, state.playing ? 1500 : 300);
  }

  function askDrop() {
    const wanted = checkpointNow();
    if (!wanted || state.drops[wanted.id] || state.dropAsked) return;
    state.dropAsked = wanted.id;
    it.set("blocks-drop-request", { data: { run: state.run, checkpoint: wanted.id, epoch: wanted.epoch } });
  }

  /* ---- marks ---- */

  function drawMarks() {
    if (!state) return;
    const { hover, pick, epoch } = state;
    const focus = [];
    if (pick !== null) focus.push([pick, "pick"]);
    if (hover !== null && hover !== pick) focus.push([hover, "hover"]);
    [...IDS.by, IDS.drop].forEach((id) => {
      const plot = it.plot(id);
      if (plot) it.overlay(plot, focus.map(([block, className]) => ({ kind: "x", value: block, className })));
    });
    const now = { kind: "x", value: epoch, className: "epoch" };
    const key = `${state.metric}/${mapSplit()}`;
    const series = state.series[key];
    const lines = it.plot(IDS.lines);
    if (lines && series) {
      const trails = focus.map(([block, className]) => ({
        kind: "path",
        className,
        points: series.epochs.map((e, i) => [e, series.items[i][block] * unit(state.metric)]),
      }));
      it.overlay(lines, [now, ...trails]);
    }
    const heat = it.plot(IDS.heat);
    if (heat) it.overlay(heat, [now, ...focus.map(([block, className]) => ({ kind: "row", value: block, className }))]);
    IDS.scalars.forEach((id) => {
      const plot = it.plot(id);
      if (plot) it.overlay(plot, [now]);
    });
    readout();
  }

  let marksAsked = false;
  function marksSoon() {
    if (marksAsked) return;
    marksAsked = true;
    requestAnimationFrame(() => {
      marksAsked = false;
      drawMarks();
    });
  }

  const signed = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits).replace("-", "−") : "undefined");

  function readout() {
    const block = state.hover !== null ? state.hover : state.pick;
    const write = (id, text) => {
      const place = it.byId(`${id}-readout`);
      if (place && place.textContent !== text) place.textContent = text;
    };
    IDS.by.forEach((id) => {
      const plot = it.plot(id);
      const metric = plot && plot.layout.meta && plot.layout.meta.metric;
      const row = metric && valuesAt(`${metric}/${mapSplit()}`, state.epoch);
      const percent = unit(metric) === 100;
      const value = row && block !== null ? row[block] * unit(metric) : NaN;
      const text = Number.isFinite(value) ? `block ${block}: ${signed(value, percent ? 1 : 2)}${percent ? " %" : ""}` : "";
      write(id, text);
    });
    const drop = it.plot(IDS.drop);
    const trace = drop && drop.data.find((t) => t.meta && t.meta.role === "drop");
    const left = trace && block !== null ? trace.y[block] : NaN;
    write(IDS.drop, Number.isFinite(left) ? `without ${block}: ${signed(left, 1)} %` : "");
    const row = valuesAt(`${state.metric}/${mapSplit()}`, state.epoch);
    const text = block !== null && row ? `block ${block}, epoch ${state.epoch}: ${signed(row[block] * unit(state.metric), 3)}` : "";
    write(IDS.lines, text);
    write(IDS.heat, text);
  }

  function blockOf(id, point) {
    if (id === IDS.lines) return point.data.meta && point.data.meta.block;
    if (id === IDS.heat) return point.y;
    return IDS.scalars.includes(id) ? null : Math.round(point.x);
  }

  function bind(id, plot) {
    if (!plot || plot._bound) return;
    plot._bound = true;
    plot.on("plotly_hover", (event) => {
      const block = event.points && event.points.length ? blockOf(id, event.points[0]) : null;
      if (state && Number.isInteger(block)) {
        state.hover = block;
        drawMarks();
      }
    });
    plot.on("plotly_unhover", () => {
      if (!state) return;
      state.hover = null;
      drawMarks();
    });
    plot.on("plotly_click", (event) => {
      const block = blockOf(id, event.points[0]);
      if (Number.isInteger(block)) pickBlock(state.pick === block ? null : block);
    });
    plot.on("plotly_afterplot", marksSoon);
    plot.on("plotly_relayout", (change) => {
      if (change["xaxis.range[0]"] !== undefined && [...IDS.by, IDS.drop].includes(id)) zoomSiblings(id, change);
      if (change["yaxis.range[0]"] !== undefined) plot._zoomed = true;
      if (change["yaxis.autorange"] || change["yaxis.range"]) plot._zoomed = false;
      drawMarks();
    });
  }

  /* Zooming blocks in one panel zooms its siblings. */
  function zoomSiblings(id, change) {
    const range = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    ["blocks-cosine", "blocks-ratio", IDS.drop].forEach((other) => {
      const plot = it.plot(other);
      const now = plot && plot.layout.xaxis && plot.layout.xaxis.range;
      if (other !== id && now && (now[0] !== range[0] || now[1] !== range[1])) {
        window.Plotly.relayout(plot, { "xaxis.range": range });
      }
    });
  }

  function pickBlock(block) {
    state.pick = block;
    it.remember({ block });
    drawMarks();
  }

  /* ---- the scrubber ---- */

  const inSight = (id) => {
    const box = it.byId(id) && it.byId(id).getBoundingClientRect();
    return Boolean(box) && box.bottom > 0 && box.top < window.innerHeight;
  };

  function show(epoch) {
    state.epoch = epoch;
    it.byId("blocks-epoch-label").textContent = epoch;
    IDS.by.filter(inSight).forEach(drawByBlock);
    drawClaim();
    drawDrop();
    marksSoon();
    clearTimeout(state.restTimer); // what is out of sight follows when the scrubbing pauses
    state.restTimer = setTimeout(() => IDS.by.filter((id) => !inSight(id)).forEach(drawByBlock), 120);
  }

  function step(by) {
    const first = state.epochs[0];
    const last = state.epochs[state.epochs.length - 1];
    const now = state.aim ?? state.epoch; // Dash shows an epoch a little later: keys that come faster step on from where it will be
    const next = Math.min(last, Math.max(first, now + by));
    if (next !== now) it.set("blocks-epoch", { value: (state.aim = next) });
    return next;
  }

  function play(on) {
    clearInterval(state.playTimer);
    state.playing = on;
    const button = it.byId("blocks-epoch") && it.byId("blocks-play");
    if (button) {
      button.toggleAttribute("data-playing", on);
      button.setAttribute("aria-label", on ? "Pause" : "Play through the epochs");
    }
    if (!on) return;
    const last = state.epochs[state.epochs.length - 1];
    if (state.epoch >= last) it.set("blocks-epoch", { value: state.epochs[0] });
    const span = last - state.epochs[0];
    const mine = state;
    state.playTimer = setInterval(() => {
      if (mine !== state || !it.byId("blocks-play")) clearInterval(mine.playTimer);
      else if (step(Math.max(1, Math.round(span / 100))) >= last) play(false);
    }, Math.max(90, Math.min(450, 5000 / Math.max(1, span))));
  }

  document.addEventListener("pointerdown", () => state && (state.aim = null), true); // the slider itself is taken
  document.addEventListener("keydown", (event) => {
    if (!state || !it.byId("blocks-play") || it.typing(event)) return;
    const last = state.blocks.length - 1;
    const pick = state.pick;
    const actions = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      ArrowUp: () => pickBlock(pick === null ? 0 : Math.min(last, pick + 1)),
      ArrowDown: () => pickBlock(pick === null ? last : Math.max(0, pick - 1)),
      Escape: () => pickBlock(null),
      " ": () => !event.target.closest("button, a") && play(!state.playing),
    };
    const action = actions[event.key];
    if (!action || (event.key === " " && event.target.closest("button, a"))) return;
    event.preventDefault();
    action();
  });
  window.addEventListener("resize", () => requestAnimationFrame(() => it.byId("blocks-play") && drawMarks()));

  /* ---- what Dash calls ---- */

  const pending = [];
  const latest = {}; // arrived before or after the curves: the order of first calls is not given
  const withState = (work) => (state && !state.loading ? work() : pending.push(work));

  it.clientside("blocks", {
    load: async (payload) => {
      if (!payload) return;
      if (state) clearInterval(state.playTimer);
      const query = it.query();
      const block = /^\d+$/.test(query.block || "") ? Number(query.block) : null;
      const mine = {
        loading: true, run: payload.run, merged: payload.merged, imported: payload.imported, blocks: payload.blocks, series: {}, scalars: {}, ranges: {}, limits: {}, claims: {},
        epochs: [], checkpoints: [], drops: {}, hover: null, pick: block !== null && block < payload.blocks.length ? block : null,
        metric: query.metric || "cosine_loss", split: "both", playing: false, epoch: 0, aim: null, dropShown: null, dropAsked: null,
      };
      state = mine;
      merge(payload);
      const last = state.epochs[state.epochs.length - 1];
      state.epoch = /^\d+$/.test(query.epoch || "") ? Math.min(last, Number(query.epoch)) : last;
      it.remember({ run: payload.run });
      const shown = ALL.filter(it.byId); // with a single epoch nothing is drawn over epochs
      const plots = await it.whenDrawn(shown);
      if (state !== mine) return;
      state.loading = false;
      plots.forEach((plot, i) => bind(shown[i], plot));
      drawEpochs();
      drawMarks();
      pending.splice(0).forEach((work) => work());
      if (latest.checkpoints && latest.checkpoints.run === state.run) state.checkpoints = latest.checkpoints.items;
      if (latest.drop && latest.drop.run === state.run) {
        state.drops[latest.drop.checkpoint] = latest.drop;
        state.dropShown = latest.drop.checkpoint;
      }
      drawDrop();
    },
    extend: (payload) => {
      if (!payload) return;
      withState(() => {
        if (payload.run !== state.run) return;
        merge(payload);
        if (!["cosine_loss", "l2_ratio", "early_exit_accuracy"].includes(state.metric)) drawEpochs();
      });
    },
    follow: (payload) => {
      if (!payload) return;
      withState(() => {
        if (payload.run !== state.run) return;
        const followed = state.epoch >= state.epochs[state.epochs.length - 1];
        const single = state.epochs.length === 1;
        merge(payload);
        if (single && state.epochs.length > 1) {
          it.set("refresh", { data: Date.now() }); // now there is something to draw over epochs
          return;
        }
        const last = state.epochs[state.epochs.length - 1];
        const slider = { max: Math.max(last, state.epochs[0] + 1) };
        if (followed && !state.playing) slider.value = last;
        it.set("blocks-epoch", slider);
        drawEpochs();
        drawScalars();
        if (!followed) show(state.epoch);
      });
    },
    show: (epoch) => {
      if (epoch === null || epoch === undefined) return;
      withState(() => {
        if (epoch === state.aim) state.aim = null;
        if (epoch === state.epoch) return;
        const last = state.epochs[state.epochs.length - 1];
        it.remember({ epoch: epoch === last ? null : epoch });
        show(epoch);
      });
    },
    metric: (metric, split) => {
      withState(() => {
        if (metric === state.metric && split === state.split) return;
        Object.assign(state, { metric, split });
        it.remember({ metric: metric === "cosine_loss" ? null : metric });
        IDS.by.forEach(drawByBlock);
        drawEpochs();
        drawMarks();
      });
    },
    checkpoints: (found) => {
      latest.checkpoints = found;
      if (!found || !state || state.loading || found.run !== state.run) return;
      state.checkpoints = found.items;
      drawDrop();
    },
    drop: (result) => {
      if (result && result.first) latest.drop = result;
      if (!result || !state || state.loading || result.run !== state.run) return;
      state.drops[result.checkpoint] = result;
      state.dropAsked = null;
      drawDrop();
      drawMarks();
    },
    run: (run) => {
      const now = it.query().run || (state && state.run);
      if (run && now && run !== now) it.go({ run });
    },
    seeds: (seeds) => {
      if (!seeds || !it.byId("blocks-play")) return;
      const now = it.query().seeds === "this" ? "this" : "merged";
      const possible = it.byId("blocks-seeds") && it.byId("blocks-seeds").offsetParent !== null;
      if (possible && seeds !== now) it.go({ ...it.query(), seeds: seeds === "merged" ? null : seeds });
    },
    play: (clicks) => clicks && state && play(!state.playing),
  });
})();
