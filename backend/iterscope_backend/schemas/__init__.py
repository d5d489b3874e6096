"""What is sent and answered, as pydantic models: they make the OpenAPI document. No web framework is imported here."""
