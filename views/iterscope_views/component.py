"""A view as a component of Dash. Only the dashboard imports this."""

from dash.development.base_component import Component


class View(Component):
    """One view's element on a page, such as `iterscope-blocks`."""

    _namespace = "iterscope_views"
    _type = "View"

    def __init__(self, element: str, id: str = "view") -> None:
        self._prop_names = ["id", "element"]
        self.available_properties = self._prop_names
        self._valid_wildcard_attributes: list[str] = []
        self.available_wildcard_properties: list[str] = []
        super().__init__(id=id, element=element)  # type: ignore[no-untyped-call]
