"""Jobs: probes that wait or run, each with its progress, and what they came to."""
