"""Inert stand-ins for harmless objects that training programs save beside the weights: numbers of numpy, paths, dates, options.

PyTorch's restricted reader calls nothing but what is allowed here by name. A stand-in takes any arguments and keeps none of them, so
nothing of the real classes is imported or run.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class Inert:
    """An object that no measurement needs."""

    def __new__(cls, *_arguments: object, **_options: object) -> Inert:
        return super().__new__(cls)

    def __init__(self, *_arguments: object, **_options: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


class InertArray(Inert):
    """An array of numpy. It is told apart, so that a table of arrays can be named as one."""


class InertTable:
    """Stands for classes of dictionaries: what is made is a plain one, whose items the reader sets."""

    def __new__(cls, *_arguments: object) -> Any:
        return OrderedDict[Any, Any]()


_NUMPY = ("numpy", "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric")
_NUMBERS = ("scalar", "dtype", "_frombuffer", "bool_", "float32", "float64", "int32", "int64")
_DTYPES = (
    *(
        "Bool",
        "Int8",
        "Int16",
        "Int32",
        "Int64",
        "UInt8",
        "UInt16",
        "UInt32",
        "UInt64",
        "Float16",
        "Float32",
        "Float64",
    ),
    *("Bytes", "Str", "Object", "DateTime64", "TimeDelta64", "LongLong", "ULongLong", "LongDouble"),
)
_PATHS = ("Path", "PosixPath", "WindowsPath", "PurePath", "PurePosixPath", "PureWindowsPath")
_OBJECTS = (
    *(f"{module}.{name}" for module in _NUMPY for name in _NUMBERS),
    *(f"numpy.dtypes.{name}DType" for name in _DTYPES),
    *(f"{module}.{name}" for module in ("pathlib", "pathlib._local") for name in _PATHS),
    *(f"datetime.{name}" for name in ("datetime", "date", "time", "timedelta", "timezone")),
    *(f"argparse.{name}" for name in ("Namespace",)),
    *(f"types.{name}" for name in ("SimpleNamespace",)),
    *(
        f"builtins.{name}"
        for name in (
            "slice",
            "range",
            "frozenset",
            "object",
            "list",
            "dict",
            "int",
            "float",
            "str",
            "bool",
            "tuple",
            "bytes",
        )
    ),
    *("decimal.Decimal", "fractions.Fraction", "uuid.UUID", "zoneinfo.ZoneInfo._unpickle", "collections.deque"),
    *("torch.torch_version.TorchVersion", "packaging.version.Version", "enum.auto"),
    *(f"numpy.random._pickle.{name}" for name in ("__randomstate_ctor", "__generator_ctor", "__bit_generator_ctor")),
    *(
        f"omegaconf.{name}"
        for name in ("nodes.AnyNode", "nodes.StringNode", "nodes.IntegerNode", "nodes.FloatNode", "nodes.BooleanNode")
    ),
    *(f"omegaconf.base.{name}" for name in ("ContainerMetadata", "Metadata")),
    *("omegaconf.dictconfig.DictConfig", "omegaconf.listconfig.ListConfig", "typing.Any"),
)
"""Classes whose objects are plain values."""
_ARRAYS = (
    *(f"{module}.{name}" for module in _NUMPY for name in ("_reconstruct", "ndarray")),
    "numpy.ma.core._mareconstruct",
)
_TABLES = (
    "collections.defaultdict",
    "easydict.EasyDict",
    "addict.addict.Dict",
    "yacs.config.CfgNode",
    "fvcore.common.config.CfgNode",
    "detectron2.config.config.CfgNode",
    "mmcv.utils.config.ConfigDict",
    "mmengine.config.config.ConfigDict",
    "ml_collections.config_dict.config_dict.ConfigDict",
    "munch.Munch",
    "pytorch_lightning.utilities.parsing.AttributeDict",
    "lightning.pytorch.utilities.parsing.AttributeDict",
    "lightning_fabric.utilities.data.AttributeDict",
    "lightning.fabric.utilities.data.AttributeDict",
    "ignite.utils.State",
)
"""Classes of dictionaries."""

STAND_INS: list[Callable[..., Any] | tuple[Callable[..., Any], str]] = [
    *((Inert, name) for name in _OBJECTS),
    *((InertArray, name) for name in _ARRAYS),
    *((InertTable, name) for name in _TABLES),
]
"""In the form that `torch.serialization.safe_globals` takes."""
