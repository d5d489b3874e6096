"""What the interactive views are sent, wherever they run: in a page, in a notebook, or in one file."""

from iterscope.viewing.curves import Scalar, Series, curves_file

__all__ = ["Scalar", "Series", "curves_file"]
