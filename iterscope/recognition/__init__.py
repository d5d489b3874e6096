"""Imported models: read untrusted files, and recognise the network from the names and shapes of its tensors."""

from iterscope.recognition.files import ForeignFile, open_foreign_file, read_foreign_file
from iterscope.recognition.loading import foreign_model
from iterscope.recognition.recognise import display_name, recognise
from iterscope.recognition.records import OpenPoint, Recognition

__all__ = [
    "ForeignFile",
    "OpenPoint",
    "Recognition",
    "display_name",
    "foreign_model",
    "open_foreign_file",
    "read_foreign_file",
    "recognise",
]
