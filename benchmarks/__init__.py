"""Speed benchmarks: ratios of times measured in the same run, or times against budgets. `make bench` runs all of them."""
