"""The `iterscope` command: composes library, store, trainer and services."""

import os

# Threads that wait for each other in a busy loop starve whatever else runs on the cores: a probe beside a training run took four times
# as long. This is read when torch is first loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
