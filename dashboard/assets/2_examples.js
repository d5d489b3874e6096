/* The Examples page: filters become the address, and the server draws it. */
(function () {
  "use strict";
  const it = window.iterscope;
  const DEFAULTS = { split: "validation", group: "borderline", sort: "margin" };
  let first = null;

  it.clientside("examples", {
    filter: (run, checkpoint, split, group, chosen, sort) => {
      const now = { run, checkpoint, split, group, class: chosen, sort };
      const page = it.byId("examples-do-filter");
      if (!page) return;
      if (first === null || first.page !== page) {
        first = { page, values: now };
        return;
      }
      const before = first.values;
      if (JSON.stringify(before) === JSON.stringify(now)) return;
      first.values = now;
      if (run !== before.run) {
        it.go({ run });
        return;
      }
      const kept = Object.fromEntries(Object.entries(now).map(([k, v]) => [k, v === DEFAULTS[k] ? null : v]));
      it.go(kept);
    },
    random: (clicks) => {
      const list = it.byId("examples-grid-indices");
      const indices = list ? list.dataset.indices.split(" ").filter(Boolean) : [];
      if (!clicks || !indices.length) return;
      const now = it.query().index;
      const others = indices.filter((index) => index !== now);
      it.go({ ...it.query(), index: (others.length ? others : indices)[Math.floor(Math.random() * (others.length || 1))] });
    },
  });
})();
