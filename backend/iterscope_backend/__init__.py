"""The backend: a REST service over the library and the store. `iterscope_backend.app.create_app(settings)` makes it.

Nothing is imported here, so that a worker process, which starts by importing this package, loads no web framework.
"""

import os

# Threads that wait for each other in a busy loop starve whatever else runs on the cores: a probe beside a training run took four times
# as long. This is read when torch is first loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
