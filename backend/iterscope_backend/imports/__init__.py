"""Importing networks: uploaded files whose network was recognised, and how a finished import is stored."""
