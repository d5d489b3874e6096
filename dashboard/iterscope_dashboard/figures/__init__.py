"""Figures as pure functions: payload → Info record → go.Figure. Tested without a browser."""
