"""The dashboard: Dash pages over the backend's REST interface. It imports no other part of Iterscope."""
