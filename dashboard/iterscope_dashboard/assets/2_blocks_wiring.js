/* Blocks: what Dash calls. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = it.blocks;
  const UNLESS = { metric: "cosine_loss", by: "early_exit_accuracy" }; // left out of the address

  const pending = [];
  const arrived = {}; // before the curves: the order of first calls is not given
  const withState = (work) => (page.state && !page.state.loading ? work() : pending.push(work));

  function newState(payload, view) {
    const curves = page.newCurves(payload);
    page.take(curves, payload);
    const last = curves.epochs[curves.epochs.length - 1];
    const asked = it.query().epoch || "";
    return {
      loading: true, run: payload.run, runs: [payload.run, ...view.others], merged: view.merged, curves: { [payload.run]: curves },
      metric: view.metric, by: view.by, split: view.split, stages: view.stages, update: view.update,
      pin: view.pin, difference: view.difference, pick: view.block, chosen: new Set(view.blocks), hover: null,
      epoch: /^\d+$/.test(asked) ? Math.min(last, Number(asked)) : last, aim: null, playing: false, zoomed: false,
      measured: {}, measuring: null, badges: {}, refused: new Set(),
    };
  }

  /* The other runs and the pinned one come after the first view, one by one. */
  function askForOthers() {
    const { state } = page;
    const ids = [...state.runs, ...(state.pin ? [state.pin.run] : [])];
    const next = ids.find((run) => !state.curves[run] && !state.refused.has(run));
    if (next) it.set("blocks-other-request", { data: { run: next, merged: state.merged } });
  }

  function useCheckpoints(found) {
    page.first().checkpoints = found.items;
    page.measure();
  }

  it.clientside("blocks", {
    load: async (payload, view) => {
      if (!payload || !view) return;
      if (page.state) clearInterval(page.state.playTimer);
      const mine = newState(payload, view);
      page.state = mine;
      it.remember({ run: payload.run });
      const shown = page.ALL.filter((id) => it.byId(`${id}-badge`)); // with a single epoch nothing is drawn over epochs
      const plots = await it.whenDrawn(shown);
      if (page.state !== mine) return;
      mine.loading = false;
      plots.forEach((plot, i) => page.bind(shown[i], plot));
      if (mine.stages) page.layStages();
      page.BY_BLOCK.forEach(page.drawByBlock);
      page.drawEpochs();
      page.emphasise();
      page.paintStrip();
      page.drawMarks();
      if (view.convention) page.setConvention(view.convention);
      it.set("blocks-update", { value: mine.update });
      pending.splice(0).forEach((work) => work());
      if (arrived.measured && arrived.measured.run === mine.run) page.measured(arrived.measured);
      if (arrived.checkpoints && arrived.checkpoints.run === mine.run) useCheckpoints(arrived.checkpoints);
      askForOthers();
    },
    extend: (payload) => {
      if (!payload) return;
      withState(() => {
        if (payload.run !== page.state.run) return;
        page.take(page.first(), payload);
        const late = ["activation_norm", "cosine_loss_plugged"];
        if (late.includes(page.state.metric)) page.drawEpochs();
        if (late.includes(page.state.metric)) page.paintStrip();
        if (late.includes(page.state.by)) page.drawByBlock(page.FREE);
      });
    },
    other: (payload) => {
      if (!payload) return;
      withState(() => {
        const { state } = page;
        if (payload.error) state.refused.add(payload.run);
        else if (!state.curves[payload.run]) {
          const curves = (state.curves[payload.run] = page.newCurves(payload));
          page.take(curves, payload);
          page.markProjections(curves);
          page.forgetRanges();
          page.BY_BLOCK.forEach(page.drawByBlock);
          page.drawScalars();
          page.drawMarks();
          page.measure();
        }
        askForOthers();
      });
    },
    follow: (payload) => {
      if (!payload) return;
      withState(() => {
        const curves = page.first();
        if (payload.run !== curves.run) return;
        const followed = page.state.epoch >= curves.epochs[curves.epochs.length - 1];
        const single = curves.epochs.length === 1;
        page.take(curves, payload);
        if (single && curves.epochs.length > 1) {
          it.set("refresh", { data: Date.now() }); // now there is something to draw over epochs
          return;
        }
        const last = curves.epochs[curves.epochs.length - 1];
        const slider = { max: Math.max(last, curves.epochs[0] + 1) };
        if (followed && !page.state.playing) slider.value = last;
        it.set("blocks-epoch", slider);
        page.drawEpochs();
        page.drawScalars();
        if (!followed) page.show(page.state.epoch);
      });
    },
    show: (epoch) => {
      if (epoch === null || epoch === undefined) return;
      withState(() => {
        const { state } = page;
        if (state.aim !== null && epoch !== state.aim) return; // keys have gone further
        state.aim = null;
        const { epochs } = page.first();
        it.remember({ epoch: epoch === epochs[epochs.length - 1] ? null : epoch });
        if (epoch !== state.epoch) page.show(epoch);
      });
    },
    choose: (metric, by, split, layout) => {
      withState(() => {
        const { state } = page;
        const stages = layout === "stages";
        if (!page.here() || (metric === state.metric && by === state.by && split === state.split && stages === state.stages)) return;
        const laid = stages !== state.stages;
        Object.assign(state, { metric, by, split, stages });
        it.remember({
          metric: metric === UNLESS.metric ? null : metric, by: by === UNLESS.by ? null : by,
          split: split === (state.runs.length > 1 ? "validation" : "both") ? null : split, lines: stages ? "stages" : null,
        });
        if (laid) page.layStages();
        page.drawAll();
        page.measure();
      });
    },
    checkpoints: (found) => {
      arrived.checkpoints = found;
      if (found && page.state && !page.state.loading && found.run === page.state.run) useCheckpoints(found);
    },
    measured: (result) => {
      if (!result) return;
      arrived.measured = result;
      if (page.state && !page.state.loading) page.measured(result);
    },
    update: (update) => {
      withState(() => {
        if (!update || update === page.state.update) return;
        page.state.update = update;
        it.remember({ update: update === "branch" ? null : update });
        page.BY_BLOCK.forEach(page.drawByBlock);
        page.paintStrip();
        page.drawMarks();
        page.measure();
      });
    },
    run: (run, others) => {
      withState(() => {
        const { state } = page;
        if (!run || !it.byId("blocks-with")) return;
        const together = (others || []).filter((other) => other !== run);
        if (run === state.run && together.join() === state.runs.slice(1).join()) return;
        const epoch = run === state.run ? it.query().epoch : null;
        it.go({ ...it.query(), run, with: together.join(",") || null, epoch, split: null });
      });
    },
    seeds: (seeds) => {
      if (!seeds || !it.byId("blocks-play")) return;
      const now = it.query().seeds === "this" ? "this" : "merged";
      const possible = it.byId("blocks-seeds") && it.byId("blocks-seeds").offsetParent !== null;
      if (possible && seeds !== now) it.go({ ...it.query(), seeds: seeds === "merged" ? null : seeds });
    },
    difference: (on) => withState(() => page.here() && page.state.difference !== Boolean(on) && page.setDifference(Boolean(on))),
    drag: (mode) => withState(() => mode && page.drag(mode)),
    play: (clicks) => clicks && page.state && page.play(!page.state.playing),
  });
})();
