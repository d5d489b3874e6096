/* In the first answer itself: puts the page's preview in its place; the frame and the scripts come once it is on the screen, or is late. */
(function () {
  "use strict";
  const prefix = document.documentElement.dataset.prefix || ""; // the path under which a proxy serves this
  const page = CSS.escape(document.documentElement.dataset.page);
  const tab = document.querySelector(`#arriving .tabs a[href="${CSS.escape(prefix)}/${page}"]`);
  if (tab) tab.setAttribute("aria-current", "page");

  const painted = () =>
    new Promise((resolve) => {
      if (document.visibilityState === "hidden") resolve();
      else requestAnimationFrame(() => setTimeout(resolve));
    });
  async function put(html) {
    const place = html && document.querySelector(`#arriving .for-${page}`);
    if (!place) return;
    place.innerHTML = html;
    await painted();
  }
  function add(tag, properties) {
    document.head.append(Object.assign(document.createElement(tag), properties));
  }
  const late = new Promise((resolve) => setTimeout(resolve, 700)); // ms; a busy backend must not hold the page up
  async function load() {
    const shown = window.preview.then(put);
    await Promise.race([window.preview, late]);
    ["/_dash-layout", "/_dash-dependencies"].forEach((path) => add("link", { rel: "preload", as: "fetch", href: prefix + path, crossOrigin: "anonymous" }));
    await Promise.race([shown, late]);
    const later = [...document.querySelectorAll("script[type=later]")];
    const files = later.filter((script) => script.src);
    const start = () => later.filter((script) => !script.src).forEach(({ text }) => add("script", { text }));
    files.forEach(({ src }, i) => add("script", { src, async: false, onload: i === files.length - 1 ? start : null })); // in this order
  }
  load();
})();
