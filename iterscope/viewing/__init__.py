"""What the interactive views are sent, wherever they run: in a page, in a notebook, or in one file."""

from iterscope.viewing.curves import Scalar, Series, curves_file
from iterscope.viewing.pictures import png

__all__ = ["Scalar", "Series", "curves_file", "png"]
