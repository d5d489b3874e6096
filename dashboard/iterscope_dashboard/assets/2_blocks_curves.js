/* Blocks: runs' curves as they came, and their values at an epoch. */
(function () {
  "use strict";
  const page = window.iterscope.blocks;

  function decode(packed, epochs) {
    const bytes = Uint8Array.from(atob(packed.data.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const { columns, width, bits } = packed;
    const flat = bits === 32 ? new Float32Array(bytes.buffer)
      : new Float32Array(Uint32Array.from(new Uint16Array(bytes.buffer), (half) => half << 16).buffer);
    return epochs.map((_, row) => {
      const full = new Array(width).fill(NaN);
      for (let i = 0; i < columns.length; i += 1) full[columns[i]] = flat[row * columns.length + i];
      return full;
    });
  }

  /* Index of the latest epoch that is not after `epoch`; −1 before the first. */
  page.position = (epochs, epoch) => {
    let low = 0;
    let high = epochs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (epochs[middle] <= epoch) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  function insert(target, epochs, items) {
    epochs.forEach((epoch, i) => {
      const at = page.position(target.epochs, epoch);
      if (at >= 0 && target.epochs[at] === epoch) target.items[at] = items[i];
      else {
        target.epochs.splice(at + 1, 0, epoch);
        target.items.splice(at + 1, 0, items[i]);
      }
    });
  }
  const place = (table, key) => (table[key] = table[key] || { epochs: [], items: [] });
  const wider = (old, [low, high]) => (old ? [Math.min(old[0], low), Math.max(old[1], high)] : [low, high]);

  page.newCurves = (payload) => ({
    run: payload.run, merged: payload.merged, imported: payload.imported, blocks: payload.blocks, checkpoints: payload.checkpoints || [],
    series: {}, scalars: {}, spreads: {}, ranges: {}, limits: {}, claims: {}, epochs: [], baselines: { epochs: [], items: [] }, snippets: {},
  });

  /* Take in what a run logged. */
  page.take = (curves, payload) => {
    Object.entries(payload.series).forEach(([key, packed]) => {
      const epochs = packed.epochs || payload.epochs;
      insert(place(curves.series, key), epochs, decode(packed, epochs));
    });
    Object.entries(payload.scalars).forEach(([key, one]) => {
      const epochs = one.epochs || payload.epochs;
      insert(place(curves.scalars, key), epochs, one.values);
      if (one.std.length) insert(place(curves.spreads, key), epochs, one.std);
    });
    ["ranges", "limits"].forEach((name) =>
      Object.entries(payload[name]).forEach(([key, found]) => (curves[name][key] = wider(curves[name][key], found)))
    );
    Object.assign(curves.claims, payload.claims);
    curves.epochs = [...new Set([...curves.epochs, ...payload.epochs])].sort((a, b) => a - b);
  };

  /* Take in what was measured on one checkpoint. */
  page.takeMeasured = (curves, measured) => {
    Object.entries(measured.rows).forEach(([key, row]) => {
      insert(place(curves.series, key), [measured.epoch], [row.map((value) => (value === null ? NaN : value))]);
      delete curves.ranges[key.split("/")[0]];
      delete curves.limits[key];
    });
    if (measured.baseline !== undefined) insert(curves.baselines, [measured.epoch], [measured.baseline]);
    Object.entries(measured.snippets).forEach(([metric, snippet]) => (curves.snippets[`${metric}@${measured.epoch}`] = snippet));
  };

  /* The values of that epoch, or of the latest earlier one. */
  page.rowAt = (curves, key, epoch) => {
    const series = curves && curves.series[key];
    const at = series ? page.position(series.epochs, epoch) : -1;
    return at >= 0 ? series.items[at] : null;
  };

  /* The edges of a band: given, or one standard deviation away. */
  page.bandAt = (curves, metric, split, epoch, mean) => {
    const low = page.rowAt(curves, `${metric}_low/${split}`, epoch);
    if (low) return { low, high: page.rowAt(curves, `${metric}_high/${split}`, epoch) };
    const std = page.rowAt(curves, `${metric}_std/${split}`, epoch);
    return std && { low: mean.map((m, i) => m - std[i]), high: mean.map((m, i) => m + std[i]) };
  };

  page.referenceRow = (metric, split) => {
    const { pin, curves } = page.state;
    return pin && page.rowAt(curves[pin.run], `${metric}/${split}`, pin.epoch);
  };

  /* ---- ranges that hold over all epochs, so that nothing jumps while scrubbing ---- */

  const quantile = (ordered, q) => ordered[Math.min(ordered.length - 1, Math.round(q * (ordered.length - 1)))];
  function spanOf(values) {
    const kept = values.filter(Number.isFinite).sort((a, b) => a - b);
    if (!kept.length) return null;
    const low = quantile(kept, 0.01);
    const high = quantile(kept, 0.99);
    const margin = 0.06 * (high - low) || 0.05 * Math.abs(high) || 0.05;
    return [low - margin, high + margin];
  }
  const allValues = (curves, metric) =>
    ["train", "validation"].flatMap((split) => {
      const mean = curves.series[`${metric}/${split}`];
      return mean ? mean.items.flatMap((row, i) => {
        const band = page.bandAt(curves, metric, split, mean.epochs[i], row);
        return band ? [...band.low, ...band.high] : row;
      }) : [];
    });

  function ownRange(curves, metric) {
    if (metric === "drop_accuracy") return [-0.03, 1.03];
    if (!curves.ranges[metric]) curves.ranges[metric] = spanOf(allValues(curves, metric));
    return curves.ranges[metric];
  }

  const shownCurves = () => {
    const { state } = page;
    const ids = new Set([...state.runs, ...(state.pin ? [state.pin.run] : [])]);
    return [...ids].map((id) => state.curves[id]).filter(Boolean);
  };

  /* Of all runs shown; of the differences where those are shown. */
  page.rangeOf = (metric) => {
    if (page.state.difference) return differenceRange(metric);
    return shownCurves().reduce((all, curves) => {
      const found = ownRange(curves, metric);
      return found ? wider(all, found) : all;
    }, null);
  };

  const differences = new Map();
  function differenceRange(metric) {
    const { state } = page;
    const key = [metric, JSON.stringify(state.pin), ...shownCurves().map((curves) => `${curves.run}:${curves.epochs.length}`)].join();
    if (!differences.has(key)) {
      const values = shownCurves().flatMap((curves) =>
        ["train", "validation"].flatMap((split) => {
          const series = curves.series[`${metric}/${split}`];
          const reference = page.referenceRow(metric, split);
          return series && reference ? series.items.flatMap((row) => row.map((value, i) => value - reference[i])) : [];
        })
      );
      if (differences.size > 60) differences.clear();
      differences.set(key, spanOf([...values, 0]));
    }
    return differences.get(key);
  }
  page.forgetRanges = () => differences.clear();

  /* Limits of the colours, in the shown unit. */
  page.limitsOf = (curves, metric, split) => {
    const key = `${metric}/${split}`;
    if (!curves.limits[key]) {
      const series = curves.series[key];
      const span = series && spanOf(series.items.flat().map((value) => value * page.unit(metric)));
      const widest = span && Math.max(...span.map(Math.abs));
      if (span) curves.limits[key] = page.diverging(metric) ? [-widest, widest] : [Math.max(0, span[0]), span[1]];
    }
    return curves.limits[key] || [0, 1];
  };
  page.diverging = (metric) => metric.startsWith("cosine");
})();
