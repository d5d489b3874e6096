/* A plan: steps {block, scale, times} in their order; scale null is "auto". The same notation as plan.py reads. */
(function () {
  "use strict";
  const it = window.iterscope;
  const TOKEN = /^(-?[0-9]+)(?:\.\.([0-9]+))?(?:@([^x]+))?(?:x([0-9]+))?$/;
  const NUMBER = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?$/i;
  const MAX_STEPS = 2000;

  class PlanTextError extends Error {}

  function readToken(token, length) {
    const match = TOKEN.exec(token);
    if (!match) {
      throw new PlanTextError(`“${token}” can’t be read: write 3, 0..26, 3@0.5 (scale) or 26@0.1x20 (repetition).`);
    }
    const [, first, last, scaleText, times] = match;
    if (scaleText !== undefined && scaleText !== "auto" && !NUMBER.test(scaleText)) {
      throw new PlanTextError(`The scale “${scaleText}” in “${token}” is not a number: write 0.5, or auto.`);
    }
    const scale = scaleText === undefined ? 1 : scaleText === "auto" ? null : Number(scaleText);
    if (scale !== null && Math.abs(scale) > 1e6) {
      throw new PlanTextError(`The scale “${scaleText}” in “${token}” is too large: write one between −1000000 and 1000000.`);
    }
    const start = Number(first);
    const stop = last === undefined ? start : Number(last);
    if (stop < start) throw new PlanTextError(`“${token}” is a descending range: list its blocks one by one.`);
    if (start < -length || stop >= length) {
      throw new PlanTextError(`“${token}” contains a block that this network does not have: its blocks are 0 to ${length - 1}.`);
    }
    const count = times === undefined ? 1 : Number(times);
    const blocks = [];
    for (let block = start; block <= stop; block += 1) blocks.push((block + length) % length);
    if (blocks.length === 1) return [{ block: blocks[0], scale, times: count }];
    if (blocks.length * count > MAX_STEPS) {
      throw new PlanTextError(`“${token}” makes the plan longer than ${MAX_STEPS} steps: use fewer repetitions.`);
    }
    return Array.from({ length: count }, () => blocks.map((block) => ({ block, scale, times: 1 }))).flat();
  }

  /* Throws PlanTextError, which names the token and the remedy. */
  function parse(text, length) {
    const steps = [];
    let total = 0;
    text.split(/\s+/).filter(Boolean).forEach((token) => {
      const found = readToken(token, length);
      total += found.reduce((sum, step) => sum + step.times, 0);
      if (total > MAX_STEPS) {
        throw new PlanTextError(`“${token}” makes the plan longer than ${MAX_STEPS} steps: use fewer repetitions.`);
      }
      steps.push(...found.filter((step) => step.times > 0));
      if (steps.filter((step) => step.scale === null).length > 1) {
        throw new PlanTextError(`“auto” may appear only once in a plan: write a number in “${token}”.`);
      }
    });
    if (!steps.length) throw new PlanTextError(`The plan is empty: write at least one block, such as 0..${length - 1}.`);
    return steps;
  }

  const number = (value) => String(Number(value.toPrecision(12)));
  const isPlain = (step) => step.scale === 1 && step.times === 1;

  function write(steps) {
    const tokens = [];
    for (let i = 0; i < steps.length; i += 1) {
      const first = steps[i];
      if (isPlain(first)) {
        while (i + 1 < steps.length && isPlain(steps[i + 1]) && steps[i + 1].block === steps[i].block + 1) i += 1;
      }
      const token = steps[i] === first ? `${first.block}` : `${first.block}..${steps[i].block}`;
      const scale = first.scale === null ? "@auto" : first.scale === 1 ? "" : `@${number(first.scale)}`;
      tokens.push(token + scale + (first.times === 1 ? "" : `x${first.times}`));
    }
    return tokens.join(" ");
  }

  /* What the strip shows: the steps, and between them the blocks that do not run, each behind the block before it.
     A key names the n-th appearance of a block, so that it stays the same while others change. */
  function items(steps, length) {
    const shown = steps.map((step, at) => ({ ...step, at }));
    for (let block = 0; block < length; block += 1) {
      if (shown.some((item) => item.block === block)) continue;
      const behind = shown.findLastIndex((item) => item.block === block - 1);
      shown.splice(block === 0 ? 0 : behind + 1, 0, { block, scale: 0, times: 0, at: null });
    }
    const seen = new Map();
    let first = 0; // the step's number among all that run
    shown.forEach((item) => {
      const nth = seen.get(item.block) || 0;
      seen.set(item.block, nth + 1);
      Object.assign(item, { key: `${item.block}.${nth}`, again: nth > 0, first, off: item.times === 0 || item.scale === 0 });
      first += item.times;
    });
    return shown;
  }

  /* Whether later blocks need what this one's shortcut makes of the shape: then it is dropped by the scale 0. */
  const shapesTheNext = (blocks, block) =>
    blocks[block].is_projection || (block > 0 && blocks[block].stage !== blocks[block - 1].stage);

  const bare = ({ block, scale, times }) => ({ block, scale, times });

  /* The shown items with some dropped, or run again if all of them are dropped already. */
  function toggle(shown, keys, blocks) {
    const chosen = shown.filter((item) => keys.has(item.key));
    const drop = chosen.some((item) => !item.off);
    const next = [];
    shown.forEach((item) => {
      if (!keys.has(item.key)) {
        if (item.times) next.push(bare(item));
      } else if (!drop) next.push({ block: item.block, scale: 1, times: Math.max(1, item.times) });
      else if (!item.again && shapesTheNext(blocks, item.block)) next.push({ block: item.block, scale: 0, times: 1 });
    });
    return next.length ? next : [{ block: chosen[0].block, scale: 0, times: 1 }]; // a plan has at least one step
  }

  function swap(shown, one, other) {
    const next = shown.map((item) => (item.key === one.key ? other : item.key === other.key ? one : item));
    return next.filter((item) => item.times).map(bare);
  }

  /* A scaled repetition behind a step; none if there is one. */
  function repeat(steps, at) {
    const next = steps.map(bare);
    if (next[at + 1] && next[at + 1].block === next[at].block) next.splice(at + 1, 1);
    else next.splice(at + 1, 0, { block: next[at].block, scale: 0.1, times: 20 });
    return next;
  }

  function amend(steps, at, changes) {
    return steps.map((step, i) => (i === at ? { ...bare(step), ...changes } : bare(step)));
  }

  /* The network without one block. */
  function without(blocks, dropped) {
    const keys = new Set([`${dropped}.0`]);
    return toggle(items(blocks.map(({ index }) => ({ block: index, scale: 1, times: 1 })), blocks.length), keys, blocks);
  }

  it.plan = { parse, write, items, toggle, swap, repeat, amend, without, number, PlanTextError, MAX_STEPS };
})();
