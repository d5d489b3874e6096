"""A Dash application with an empty header and nothing else: what any page of Dash takes on this machine. It prints its address.

python -m benchmarks.empty_dash
"""

from __future__ import annotations

import dash
from werkzeug.serving import make_server


def main() -> None:
    app = dash.Dash("benchmarks.empty_dash")
    app.layout = dash.html.Header(id="empty-header")
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
