"""`python -m dashboard` in a checkout: the same as `python -m iterscope_dashboard`."""

from iterscope_dashboard.__main__ import main

main()
