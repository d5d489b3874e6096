"""Training: an explicit loop, what it logs, and the runs it trains.

The loop (`trainer.loop`) knows a `MetricLogger`, not the database; `trainer.runs` joins it to the store.
"""

import os

# Threads that wait for each other in a busy loop starve whatever else runs on the cores: a probe beside a training run took four times
# as long. This is read when torch is first loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
