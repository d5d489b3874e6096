"""What guards both servers and the terminal: who may send requests, what a request may hold, and names that deceive the eye.

The package imports nothing of Iterscope, so that backend, dashboard and command can share it.
"""
