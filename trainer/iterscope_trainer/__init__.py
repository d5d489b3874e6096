"""Training: an explicit loop, what it logs, and the runs it trains.

The loop (`iterscope_trainer.loop`) knows a `MetricLogger`, not the database; `iterscope_trainer.runs` joins it to the store.
"""

import os

# Threads that wait for each other in a busy loop starve whatever else runs on the cores: a probe beside a training run took four times
# as long. A few tenths of a millisecond of it do no harm, and make a training that has the cores for itself 5 to 20 % faster, as its
# operations follow each other closely (docs/RESULTS.md). This is read when torch is first loaded.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ["OMP_WAIT_POLICY"] = "passive"
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
