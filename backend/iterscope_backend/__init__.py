"""The backend: a REST service over the library and the store. `iterscope_backend.app.create_app(settings)` creates it.

This module imports nothing, so a worker process, which starts by importing this package, doesn't load the web framework.
"""

import os

# By default, OpenMP threads wait for each other in a busy loop, which slows down every other process on the same cores: a probe took
# four times as long while a run was training. torch reads this variable when it is first loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
