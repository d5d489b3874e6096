/* The grid of thumbnails: as tall as the whole list, but only what is in sight is in the document. */
(function () {
  "use strict";
  const it = window.iterscope;
  const wide = window.matchMedia("(min-width: 2200px)"); // examples.css makes the images larger there
  let cellWidth = 86; // at least
  let rowHeight = 132;
  const GAP = 8;
  const MARGIN = 3; // rows drawn beyond the edges
  const UNKNOWN = 60; // cells shown before the length is known
  let box = null;
  let inner = null;
  let cells = new Map(); // position → node
  let columns = 1;
  let active = 0; // the cell that Tab reaches
  let observer = null;
  let asking = 0;

  const count = () => (it.examples.total() === null ? UNKNOWN : it.examples.total());
  const place = (position) => ({ row: Math.floor(position / columns), column: position % columns });

  function measure() {
    [cellWidth, rowHeight] = wide.matches ? [124, 172] : [86, 132];
    const width = inner.clientWidth;
    columns = Math.max(1, Math.floor((width + GAP) / (cellWidth + GAP)));
    inner.style.height = `${Math.ceil(count() / columns) * rowHeight}px`;
    return (width - GAP * (columns - 1)) / columns;
  }

  /* ---- one cell ---- */

  function makeCell(position) {
    const cell = document.createElement("div");
    cell.className = "cell";
    cell.setAttribute("role", "listitem");
    const open = document.createElement("button");
    open.type = "button";
    open.className = "thumbnail";
    open.dataset.position = position;
    open.tabIndex = -1;
    open.setAttribute("aria-label", "Image not loaded yet");
    cell.append(open);
    return cell;
  }

  const minus = (value) => (value === null ? "–" : value.toFixed(2).replace("-", "−"));

  function fill(cell, item) {
    const open = cell.firstChild;
    const label = it.examples.name(item.label);
    const prediction = item.prediction < 0 ? "not finite" : it.examples.name(item.prediction);
    open.dataset.index = item.index;
    const words = `Image ${item.index}: a ${label}, predicted ${prediction}, margin ${minus(item.margin)}`;
    open.setAttribute("aria-label", words);
    open.title = words;
    const image = new Image(56, 56);
    image.alt = "";
    image.decoding = "async";
    image.src = it.examples.address(item.index);
    const name = document.createElement("span");
    name.className = "caption label-name";
    name.textContent = label;
    const caption = document.createElement("span");
    caption.className = `caption ${item.correct ? "same" : "worse"}`;
    caption.textContent = item.correct ? "✓" : `→ ${prediction}`;
    const margin = document.createElement("span");
    margin.className = "margin";
    margin.textContent = minus(item.margin);
    open.append(image, name, caption, margin);
    const pin = document.createElement("button");
    pin.type = "button";
    pin.className = "pin";
    pin.tabIndex = -1; // the key P does the same
    pin.dataset.pin = item.index;
    pin.title = "Pin (P)";
    pin.setAttribute("aria-label", `Pin image ${item.index}`);
    pin.innerHTML = '<span class="glyph glyph-pin" style="--icon-size:13px" aria-hidden="true"></span>';
    it.pins.mark(pin);
    cell.append(pin);
    if (item.index === it.examples.chosen()) open.setAttribute("aria-current", "true");
  }

  /* ---- drawing ---- */

  function draw() {
    if (!box || !box.isConnected) return;
    const width = measure();
    const total = count();
    const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - MARGIN) * columns;
    const last = Math.min(total, (Math.ceil((box.scrollTop + box.clientHeight) / rowHeight) + MARGIN) * columns) - 1;
    active = Math.min(active, Math.max(0, total - 1));
    cells.forEach((cell, position) => {
      if (position >= total || ((position < first || position > last) && !cell.contains(document.activeElement))) {
        cell.remove();
        cells.delete(position);
      }
    });
    const order = [];
    for (let position = first; position <= last; position += 1) {
      if (!cells.has(position)) cells.set(position, makeCell(position));
      order.push(position);
    }
    [...cells.keys()].sort((a, b) => a - b).forEach((position) => {
      const cell = cells.get(position);
      const item = it.examples.item(position);
      if (item && cell.childElementCount === 1) fill(cell, item);
      const { row, column } = place(position);
      cell.style.width = `${width}px`;
      cell.style.transform = `translate(${column * (width + GAP)}px, ${row * rowHeight}px)`;
      cell.setAttribute("aria-setsize", total);
      cell.setAttribute("aria-posinset", position + 1);
      cell.firstChild.tabIndex = position === active ? 0 : -1;
      if (!cell.isConnected) insert(cell, position);
    });
    if (!order.includes(active) && cells.has(first)) cells.get(first).firstChild.tabIndex = 0; // Tab always finds a way in
    // Wait for the scrolling to rest: what only flies past is not fetched.
    clearTimeout(asking);
    asking = setTimeout(() => it.examples.want(first, last), 80);
  }

  /* Keep the document's order the list's order, for readers that go through it. */
  function insert(cell, position) {
    const after = [...inner.children].find((other) => Number(other.firstChild.dataset.position) > position);
    inner.insertBefore(cell, after || null);
  }

  function reveal(position) {
    const top = place(position).row * rowHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + rowHeight - box.clientHeight;
    draw();
  }

  function focus(position) {
    active = Math.min(count() - 1, Math.max(0, position));
    reveal(active);
    cells.get(active).firstChild.focus({ preventScroll: true });
  }

  function keys(event) {
    const open = event.target.closest(".thumbnail");
    if (!open || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Number(open.dataset.position);
    const rows = Math.max(1, Math.floor(box.clientHeight / rowHeight));
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: rows * columns, PageUp: -rows * columns };
    const target = event.key === "Home" ? 0 : event.key === "End" ? count() - 1 : event.key in steps ? at + steps[event.key] : null;
    if (target === null) return;
    event.preventDefault();
    if ((target >= 0 && target < count()) || event.key.startsWith("Page")) focus(target);
  }

  it.grid = {
    /* A new page: take hold of its box. */
    open: () => {
      box = it.byId("examples-grid");
      inner = document.createElement("div");
      inner.className = "virtual-inner";
      box.replaceChildren(inner);
      box.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
      box.addEventListener("keydown", keys);
      box.addEventListener("click", (event) => {
        const open = event.target.closest(".thumbnail");
        if (!open || open.dataset.index === undefined) return;
        active = Number(open.dataset.position);
        it.examples.choose(Number(open.dataset.index));
      });
      if (observer) observer.disconnect();
      observer = new ResizeObserver(() => draw());
      observer.observe(box);
    },
    /* Other filters: nothing of the old list stays. */
    reset: () => {
      cells.clear();
      inner.replaceChildren();
      box.querySelectorAll(":scope > .nothing").forEach((node) => node.remove());
      inner.hidden = false;
      box.scrollTop = 0;
      active = 0;
      draw();
    },
    draw,
    /* The chosen image, wherever it is in sight. */
    mark: () => {
      cells.forEach((cell) => cell.firstChild.toggleAttribute("aria-current", false));
      cells.forEach((cell) => {
        if (Number(cell.firstChild.dataset.index) === it.examples.chosen()) cell.firstChild.setAttribute("aria-current", "true");
      });
    },
    pins: () => cells.forEach((cell) => cell.lastChild.dataset.pin !== undefined && it.pins.mark(cell.lastChild)),
    /* Open the image at a position as soon as it is there. */
    random: (position) => {
      active = position;
      reveal(position);
      it.examples.want(position, position);
      const open = () => {
        const item = it.examples.item(position);
        if (item) it.examples.choose(item.index);
        else if (box.isConnected && it.examples.total() > position) setTimeout(open, 60);
      };
      open();
    },
    say: (title, sentence) => {
      const words = document.createElement("div");
      words.className = "nothing";
      words.setAttribute("role", "listitem");
      [["empty-title", title], ["key-hint", sentence]].forEach(([name, text]) => {
        const line = document.createElement("p");
        line.className = name;
        line.textContent = text;
        words.append(line);
      });
      inner.hidden = true;
      box.append(words);
    },
  };
})();
