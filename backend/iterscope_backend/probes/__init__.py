"""The probes of the service, one file per family: functions of a context and a request, without web code."""
