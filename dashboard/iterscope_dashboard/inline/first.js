/* Chooses the theme and the page's grey shapes before anything is drawn. */
(function () {
  var root = document.documentElement, chosen = null;
  try { chosen = localStorage.getItem("mantine-color-scheme-value"); } catch (error) {}
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  var prefix = root.dataset.prefix || "", path = location.pathname;
  if (prefix && (path + "/").indexOf(prefix + "/") === 0) path = path.slice(prefix.length);
  root.setAttribute("data-page", path.split("/")[1] || "blocks");
})();
