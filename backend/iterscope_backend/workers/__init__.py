"""Worker processes, one per device, and their messages to and from the service. Imports no web framework."""
