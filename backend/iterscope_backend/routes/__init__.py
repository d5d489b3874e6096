"""The routes, one file per resource. Handlers contain no SQL and no computation."""
