"""The paper as a whole: its networks, figures and claims, and the runs that its figures need."""
