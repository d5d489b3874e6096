"""The worker processes, one a device, and what the service and they say to each other. No web framework is imported here."""
