/* Marks over a plot, in its own coordinates. Drawing here costs no plotly redraw, so that hovering one panel can mark all. */
(function () {
  "use strict";
  const it = window.iterscope;
  const NS = "http://www.w3.org/2000/svg";

  function layer(plot) {
    const box = plot.closest(".graph-box");
    let svg = box.querySelector(":scope > svg.overlay");
    if (!svg) {
      svg = document.createElementNS(NS, "svg");
      svg.setAttribute("class", "overlay");
      svg.setAttribute("aria-hidden", "true");
      box.appendChild(svg);
    }
    return svg;
  }

  function element(name, attributes) {
    const node = document.createElementNS(NS, name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  }

  /* Pixel position of a value, and whether it is inside the axis's range. */
  function place(axis, value) {
    const offset = axis.d2p ? axis.d2p(value) : axis.l2p(value);
    return { at: axis._offset + offset, inside: offset >= -0.5 && offset <= axis._length + 0.5 };
  }

  /* marks: [{kind: "x" | "row" | "path", className, value | points, x and y: which axes, where there are several ("xaxis2")}] */
  it.overlay = (plot, marks) => {
    const svg = layer(plot);
    const nodes = [];
    marks.forEach((mark) => {
      const xaxis = plot._fullLayout[mark.x || "xaxis"];
      const yaxis = plot._fullLayout[mark.y || "yaxis"];
      if (!xaxis || !yaxis) return;
      if (mark.kind === "x") {
        const { at, inside } = place(xaxis, mark.value);
        if (inside) {
          const line = { x1: at, x2: at, y1: yaxis._offset, y2: yaxis._offset + yaxis._length };
          nodes.push(element("line", { ...line, class: `mark ${mark.className}` }));
        }
      } else if (mark.kind === "row") {
        const low = place(yaxis, mark.value - 0.5).at;
        const high = place(yaxis, mark.value + 0.5).at;
        const box = { x: xaxis._offset, width: xaxis._length, y: Math.min(low, high), height: Math.abs(high - low) };
        nodes.push(element("rect", { ...box, class: `mark ${mark.className}` }));
      } else if (mark.kind === "path") {
        let path = "";
        let pen = "M";
        mark.points.forEach(([x, y]) => {
          const px = place(xaxis, x);
          const py = place(yaxis, y);
          if (!Number.isFinite(px.at) || !Number.isFinite(py.at) || !px.inside || !py.inside) {
            pen = "M";
            return;
          }
          path += `${pen}${px.at.toFixed(1)},${py.at.toFixed(1)}`;
          pen = "L";
        });
        if (path) nodes.push(element("path", { d: path, class: `trail ${mark.className}` }));
      }
    });
    svg.replaceChildren(...nodes);
  };

  /* Calls act with what plotly points at, when the button goes down and up in one place. Plotly's own click is lost where
     the figure is redrawn in between. */
  it.onPress = (plot, act) => {
    let pointed = null;
    plot.on("plotly_hover", (event) => (pointed = event));
    plot.on("plotly_unhover", () => (pointed = null));
    plot.addEventListener("pointerdown", (down) => {
      const target = pointed;
      if (!target || down.button !== 0 || !down.target.closest(".draglayer")) return;
      const release = (up) => {
        if (Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) < 4) act({ ...target, event: up });
      };
      document.addEventListener("pointerup", release, { capture: true, once: true });
    }, true);
  };
})();
