"""`python -m iterscope_db version` shows the schema version; `python -m iterscope_db upgrade` brings the schema up to date."""

import argparse
import os
import sys

from .database import Database, parse_url
from .errors import StoreError
from .schema import latest_version, stored_version, upgrade


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns 1 after a StoreError, whose message is printed to standard error."""
    default = os.environ.get("ITERSCOPE_DATABASE_URL") or os.environ.get("ITERSCOPE_HOME") or "iterscope-data"
    parser = argparse.ArgumentParser(prog="python -m iterscope_db", description="Manage the schema of the store.")
    parser.add_argument(
        "command", choices=("upgrade", "version"), help="bring the schema up to date, or show its version"
    )
    parser.add_argument(
        "--database",
        default=default,
        metavar="URL_OR_HOME",
        help="database URL or home folder (default: ITERSCOPE_DATABASE_URL, else ITERSCOPE_HOME, else ./iterscope-data)",
    )
    options = parser.parse_args(arguments)
    try:
        with Database(parse_url(options.database)) as database:
            if options.command == "upgrade":
                before, now = upgrade(database)
                print(
                    f"{database.name}: schema version {now}" + ("" if before == now else f" (was {before or 'empty'})")
                )
            else:
                with database.read() as connection:
                    stored = stored_version(connection)
                print(
                    f"{database.name}: schema version {stored or 'none'}; this version of Iterscope uses {latest_version()}"
                )
    except StoreError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
