"""Jobs: queued and running probes with their progress, and their results."""
