"""Parts of a page that come after its first sight."""

from typing import Any

from dash.development.base_component import Component


class Later(Component):
    """Children that are drawn once the figures before them are on the screen; their place must be kept (assets/0_late.js)."""

    _namespace = "iterscope"
    _type = "Later"

    def __init__(self, children: Any) -> None:
        self._prop_names = ["children"]
        self.available_properties = self._prop_names
        self._valid_wildcard_attributes: list[str] = []
        self.available_wildcard_properties: list[str] = []
        super().__init__(children=children)  # type: ignore[no-untyped-call]
