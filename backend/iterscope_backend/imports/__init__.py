"""Networks of elsewhere on their way into the store: what was sent and recognised, and what is written down of them at last."""
