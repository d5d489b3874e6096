"""What the server that forks worker processes imports, once for all of them."""

import gc
from importlib import import_module

from iterscope_guard.startup import load_quickly

load_quickly()
import_module("iterscope_backend.workers.process")
gc.freeze()  # a worker that looked for garbage among these objects would copy the memory that it shares with the others
