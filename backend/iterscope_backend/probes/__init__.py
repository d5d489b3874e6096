"""The probes that the service offers. One file holds a family of them: functions of a context and a request, nothing of the web."""
