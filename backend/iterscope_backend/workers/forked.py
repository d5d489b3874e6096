"""What the server that forks worker processes imports, once for all of them."""

from importlib import import_module

from iterscope_guard.startup import load_quickly, loaded

load_quickly()
import_module("iterscope_backend.workers.process")
loaded()
