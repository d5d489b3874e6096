/* Pinned images: positions in one split of one data set, in the address (images=3.17.204) and in the browser's storage. */
(function () {
  "use strict";
  const it = window.iterscope;
  const MOST = 24;
  const listeners = [];
  let key = null;
  let list = [];

  const read = () => {
    try {
      const found = JSON.parse(localStorage.getItem(key) || "[]");
      return found.filter((index) => Number.isInteger(index) && index >= 0).slice(0, MOST);
    } catch (error) {
      return [];
    }
  };
  const publish = () => {
    try {
      localStorage.setItem(key, JSON.stringify(list));
    } catch (error) {
      /* without storage, the address still holds them */
    }
    it.remember({ images: list.join(".") || null });
    document.querySelectorAll("[data-pin]").forEach(mark);
    listeners.forEach((work) => work(list));
  };
  const change = (images) => {
    list = images;
    publish();
  };

  /* A pin button says what it is. */
  function mark(button) {
    const pinned = list.includes(Number(button.dataset.pin));
    button.setAttribute("aria-pressed", String(pinned));
    const word = button.querySelector(".pin-word");
    if (word) word.textContent = pinned ? "Pinned" : "Pin";
  }

  it.pins = {
    most: MOST,
    list: () => list,
    has: (index) => list.includes(index),
    mark,
    listen: (work) => listeners.push(work),
    /* The pins of a page: those of its address, else those that were kept. */
    load: (context) => {
      key = `iterscope.pins.${context.dataset}.${context.split}`;
      change(context.images || read());
    },
    toggle: (index) => {
      if (list.includes(index)) change(list.filter((other) => other !== index));
      else if (list.length < MOST) change([...list, index]);
    },
    add: (index) => {
      if (!list.includes(index) && list.length < MOST) change([...list, index]);
    },
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-pin], [data-unpin], [data-unpin-all], [data-watch]");
    if (!button || key === null) return;
    if ("pin" in button.dataset) it.pins.toggle(Number(button.dataset.pin));
    else if ("unpin" in button.dataset) it.pins.toggle(Number(button.dataset.unpin));
    else if ("watch" in button.dataset) it.pins.add(Number(button.dataset.watch));
    else change([]);
  }, true);

  let panel = false;
  it.pins.listen((images) => panel && it.set("pinned-images", { data: images }));
  it.leaving.push(() => {
    panel = false;
  });
  it.clientside("pinned", {
    load: (context) => {
      if (!context) return;
      panel = true;
      it.pins.load(context);
    },
  });
})();
