"""The `iterscope` command: composes library, store, trainer and services."""

# First of all: it says how threads wait for each other, which torch reads when it is loaded.
import iterscope_trainer  # noqa: F401
