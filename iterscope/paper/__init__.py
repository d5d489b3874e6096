"""The paper as a whole: which networks it is about, and which runs its figures need."""
