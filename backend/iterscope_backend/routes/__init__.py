"""The routes, one file a resource. Handlers hold no SQL and no maths."""
