"""The `iterscope` command. It combines library, store, trainer and services."""

# This import must come first: it sets how threads wait for each other, which torch reads when it is loaded.
import iterscope_trainer  # noqa: F401
