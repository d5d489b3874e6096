"""Request and response bodies as pydantic models, from which the OpenAPI document is made. Imports no web framework."""
