"""The `iterscope` command: composes library, store, trainer and services."""

import trainer  # noqa: F401 (first of all: it says how threads wait for each other, which torch reads when it is loaded)
