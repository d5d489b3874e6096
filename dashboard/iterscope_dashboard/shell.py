"""The frame of every page: header, tabs, notices, and the page of the address."""

from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from iterscope_dashboard import theme
from iterscope_dashboard.client import BackendClient, BackendUnavailable, ProblemError
from iterscope_dashboard.components import attributes, command, empty_state, icon, notices, problem
from iterscope_dashboard.ids import Shell as Ids
from iterscope_dashboard.pages import HOME, PAGES
from iterscope_dashboard.pages.base import Page, PageContext
from iterscope_dashboard.state import Query, link
from iterscope_guard.prefix import within, without
from iterscope_views.component import View  # noqa: F401 (0_shell.js shows it)

VERSION = version("iterscope")
INLINE = Path(__file__).parent / "inline"
"""Scripts inside the first response; the content policy knows their digests."""
FIRST_SCRIPT = (INLINE / "first.js").read_text("utf-8")
START_SCRIPT = (INLINE / "start.js").read_text("utf-8")
FONTS = "".join(
    f'<link rel="preload" as="font" type="font/woff2" href="/assets/fonts/inter-{weight}.woff2" crossorigin>'
    for weight in (400, 600, 700)
)
INDEX = f"""<!DOCTYPE html>
<html lang="en" {{about}}>
<head>
<meta charset="UTF-8">
<script>{FIRST_SCRIPT}</script>
{{%metas%}}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="See what a trained residual network does, block by block.">
<title>{{%title%}}</title>
<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
{FONTS}
{{%css%}}
</head>
<body>
{{%app_entry%}}
{{%config%}}
<template id="dash-scripts">
{{%scripts%}}
{{%renderer%}}
</template>
<script>{START_SCRIPT}</script>
</body>
</html>"""


@dataclass(frozen=True)
class Rest:
    """What copied requests need to reach the service."""

    address: str
    asks_for_token: bool = False


def index(rest: Rest) -> str:
    """The first response: Dash fills its {%places%}."""
    about = {
        "data-version": VERSION,
        "data-rest": rest.address,
        **({"data-token": "asked"} if rest.asks_for_token else {}),
    }
    return INDEX.replace("{about}", " ".join(f'{name}="{escape(value)}"' for name, value in about.items()))


def header() -> html.Header:
    """Brand, tabs, tour, copy link, theme."""
    return html.Header(
        [
            dcc.Link([html.Img(src=within("/assets/favicon.svg"), alt=""), html.Span("Iterscope")], href=link("/"), className="brand",
                     title="Iterscope"),
            html.Nav(tabs(), id=Ids.NAVIGATION, className="tabs", **attributes({"aria-label": "Pages"})),
            html.Div(
                [
                    html.Button([icon("tour", 16), html.Span("Tour", className="tool-text")], id=Ids.TOUR, className="tool",
                                title="Tour of the pages in six steps", **attributes({"aria-label": "Tour"})),
                    html.Button([icon("link", 16), html.Span("Copy link", className="tool-text")], id=Ids.COPY_LINK,
                                className="tool", title="Copy a link to this view", **attributes({"aria-label": "Copy link"})),
                    dmc.ColorSchemeToggle(id=Ids.THEME, lightIcon=icon("theme", 17), darkIcon=icon("theme", 17),
                                          variant="subtle", color="gray", size="lg",
                                          **attributes({"aria-label": "Switch between light and dark"})),
                ],
                className="frame-tools",
            ),
        ],
        className="frame-header",
    )  # fmt: skip


def tabs() -> list[html.A]:
    """One link per page. 0_shell.js marks the current one, and lets the links keep the run and the place in it."""
    return [html.A(page.title, href=within(page.path)) for page in PAGES]


def layout() -> Component:
    """The frame around a page."""
    page: Component = dmc.MantineProvider(
        [
            html.A("Skip to content", href="#main", className="skip-link"),
            dcc.Location(id=Ids.LOCATION, refresh="callback-nav"),
            dcc.Store(id=Ids.ADDRESS),
            dcc.Store(id=Ids.REFRESH),
            dmc.NotificationContainer(id=Ids.NOTIFICATIONS, position="bottom-right", autoClose=False),
            header(),
            html.Div("The backend is not responding. This page reconnects automatically.",
                     className="backend-down", role="alert"),
            html.Main(id=Ids.MAIN),
        ],
        theme=theme.MANTINE_THEME,
        defaultColorScheme="auto",
    )  # fmt: skip
    return page


def page_at(pathname: str | None, query: Query) -> Page:
    """The page of an address; an unknown address gives the default page and a notice."""
    path = without(pathname or "/").rstrip("/")
    if path == "":
        return HOME
    for page in PAGES:
        if page.path == path:
            return page
    query.notices.append(f"There is no page at “{path}”: showing {HOME.title} instead.")
    return HOME


async def show(client: BackendClient, pathname: str | None, search: str | None) -> Component:
    """Render the page of an address; an error becomes a page with its message."""
    query = Query.parse(search)
    current = page_at(pathname, query)
    try:
        return await current.render(PageContext(client, query))
    except BackendUnavailable as error:
        return backend_down(error)
    except ProblemError as error:
        return html.Div([*notices(query.notices), problem(error.title, error.detail), dcc.Link("Go to Blocks", href=link("/"))],
                        className="page")  # fmt: skip


def backend_down(error: BackendUnavailable) -> html.Div:
    """The page without a backend: names the cause and the next action, and retries by itself."""
    return empty_state(
        "Waiting for the backend",
        f"{error} It may still be starting. This page retries every two seconds.",
        dmc.Group([dmc.Text("To start everything:", size="sm"), command("iterscope up")], justify="center"),
    )


def notify(message: str, colour: str = "red", title: str | None = None) -> list[dict[str, Any]]:
    """A notification that stays until dismissed."""
    return [{"action": "show", "message": message, "color": colour, "title": title, "autoClose": colour != "red" and 4000,
             "withBorder": True, "closeButtonProps": {"aria-label": "Dismiss"}}]  # fmt: skip


def register(app: Dash, client: BackendClient) -> None:
    """Register the router and the callbacks that every page shares."""

    @app.callback(
        Output(Ids.MAIN, "children"),
        Input(Ids.ADDRESS, "data"),
        Input(Ids.REFRESH, "data"),
        State(Ids.LOCATION, "pathname"),
        State(Ids.LOCATION, "search"),
        prevent_initial_call=True,
    )
    async def route(address: str | None, _refresh: Any, pathname: str | None, search: str | None) -> Any:
        """Show a page that the server renders; views are shown by 0_shell.js."""
        return no_update if address is None else await show(client, pathname, search)

    @app.callback(
        Output(Ids.REFRESH, "data", allow_duplicate=True), Input(Ids.RETRY, "n_intervals"), prevent_initial_call=True
    )
    async def retry(ticks: int) -> Any:
        """An empty state retries."""
        return ticks

    wire: Any = app.clientside_callback  # Dash does not annotate it
    wire(ClientsideFunction("shell", "title"), Input(Ids.LOCATION, "pathname"))
    wire(
        ClientsideFunction("shell", "route"),
        Output(Ids.MAIN, "children", allow_duplicate=True),
        Output(Ids.ADDRESS, "data"),
        Input(Ids.LOCATION, "pathname"),
        Input(Ids.LOCATION, "search"),
        prevent_initial_call="initial_duplicate",
    )
