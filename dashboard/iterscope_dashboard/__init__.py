"""The dashboard: Dash pages on top of the backend's REST API. It imports no other Iterscope package."""
