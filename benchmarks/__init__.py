"""Speed, as ratios of things measured in one run or against budgets; `make bench` prints them all."""
