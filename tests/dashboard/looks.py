"""What every page must have, as checks of a page that is open; each gives what it found wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, TimeoutError

ROOTS = """
  const roots = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((node) => (node.shadowRoot ? roots(node.shadowRoot) : []))];
"""
"""The document, and the roots of the views in it."""
AT_REST = (
    f"""() => new Promise((done) => {{{ROOTS}"""
    + """
  const moving = () => roots(document).flatMap((root) => root.getAnimations()).some((one) =>
    one.playState === "running" && one.effect.getComputedTiming().iterations !== Infinity);
  const look = () => moving() ? requestAnimationFrame(look) : requestAnimationFrame(() => moving() ? look() : done(true));
  look();
})"""
)
CONTROLS = (
    f"""() => {{{ROOTS}"""
    + """
  const radios = new Set();
  const all = (root) => [...root.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
  return roots(document).flatMap(all).filter((node) => {
    if (node.closest("[inert]")) return false;
    if (node.closest(".ag-root-wrapper")) return false; // inside a table arrows go on
    if (node.tabIndex < 0 || node.disabled || !node.checkVisibility({ visibilityProperty: true })) return false;
    if (node.type !== "radio") return true;
    return !radios.has(node.name) && radios.add(node.name); // arrows go on from the first
  }).map((node, i) => { node.dataset.reach = i; return i; });
}"""
)
FOCUSED = """() => {
  let node = document.activeElement;
  while (node.shadowRoot && node.shadowRoot.activeElement) node = node.shadowRoot.activeElement;
  const group = node.type === "radio" ? [...node.getRootNode().querySelectorAll(`[name="${node.name}"]`)] : [node];
  const look = getComputedStyle(node);
  const seen = look.outlineStyle !== "none" || look.boxShadow !== "none" || node.type === "radio" || node.matches("input");
  return { reach: group.map((one) => one.dataset.reach), seen, html: node.outerHTML.slice(0, 120) };
}"""
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
TO_FIT_MS = 10_000


def until(page: Page, condition: Callable[[], bool], seconds: float = 90) -> None:
    """Look again and again, while the page goes on, until a condition outside the page holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        page.wait_for_timeout(50)


class Hold:
    """Holds a page's requests back until they are let go."""

    def __init__(self, page: Page, addresses: str) -> None:
        self.held: list[Route] = []
        self._holds = True
        page.route(addresses, self._take)

    def _take(self, route: Route) -> None:
        if self._holds:
            self.held.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        self._holds = False
        for route in self.held:
            route.continue_()
        self.held.clear()


def wait_until_still(page: Page) -> None:
    """Until nothing is fetched and no transition runs: colours are the final ones, and late figures have their places."""
    page.wait_for_load_state("networkidle")
    page.evaluate(AT_REST)


def switch_to_dark(page: Page) -> None:
    """As the system's preference does it."""
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.mantineColorScheme === 'dark'")
    wait_until_still(page)


def serious_findings(page: Page) -> list[Any]:
    """axe-core's findings of serious or critical impact: rule, its sentence, elements."""
    page.evaluate(AT_REST)
    return [
        (found["id"], found["help"], [node["html"][:160] for node in found["nodes"]][:4])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


def controls_beyond_reach(page: Page) -> list[str]:
    """Controls that Tab never comes to, and those that don't show that they have the focus."""
    wanted = set(page.evaluate(CONTROLS))
    reached: set[int] = set()
    unseen = []
    for _ in range(len(wanted) + 150):  # a table's cells are stops of their own
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        reached |= {int(number) for number in found["reach"] if number is not None}
        if not found["seen"] and found["reach"] != [None]:
            unseen.append(f"does not show its focus: {found['html']}")
        if reached >= wanted:
            break
    missing = [
        page.locator(f"[data-reach='{number}']").evaluate("node => node.outerHTML.slice(0, 160)")
        for number in sorted(wanted - reached)
    ]
    return [f"is not reached by Tab: {html}" for html in missing] + unseen


def overflows(page: Page, width: int) -> str | None:
    """Whether the page is wider than a window of this width, once it had time to fit itself."""
    page.set_viewport_size({"width": width, "height": 900})
    try:
        page.wait_for_function(FITS, timeout=TO_FIT_MS)
    except TimeoutError:
        wide: int = page.evaluate("document.documentElement.scrollWidth")
        return f"is {wide} pixels wide in a window of {width}"
    return None
