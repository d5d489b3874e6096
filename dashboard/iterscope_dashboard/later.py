"""Parts of a page that are drawn after its first view."""

from typing import Any

from dash.development.base_component import Component


class Later(Component):
    """Children that are drawn once the earlier figures are on the screen; reserve their space (assets/0_late.js)."""

    _namespace = "iterscope"
    _type = "Later"

    def __init__(self, children: Any) -> None:
        self._prop_names = ["children"]
        self.available_properties = self._prop_names
        self._valid_wildcard_attributes: list[str] = []
        self.available_wildcard_properties: list[str] = []
        super().__init__(children=children)  # type: ignore[no-untyped-call]
