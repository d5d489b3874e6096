"""Checkpoints: one safetensors file with the architecture, the data set, the preprocessing and a digest in its metadata.

Reading one never runs code from it. The metadata is JSON; the network is built from the architecture it names, and
only if every tensor in the file has the name, the shape and the type that this network needs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from iterscope.adapters import residual_chain, unwrapped
from iterscope.adapters.expected_images import configuration_of, is_own, set_own_configuration, set_trained_size
from iterscope.architectures import (
    ArchitectureConfiguration,
    ForeignConfiguration,
    build_from_configuration,
    configuration_from_dict,
)
from iterscope.architectures.factory import Factory
from iterscope.architectures.weights import model_of
from iterscope.checkpoint_description import CheckpointDescription, description_digest, description_from_dict
from iterscope.datasets.records import Dataset, DatasetReference
from iterscope.errors import ArchitectureError, CheckpointError, DatasetError
from iterscope.own_networks import check_forward_pass, first_logits, own_network
from iterscope.preprocessing import Preprocessing
from iterscope.tensor_files import TensorFileError, TensorFileHeader, read_header, read_tensors, write_tensor_file

FORMAT = "iterscope-checkpoint"
FORMAT_VERSION = 2
"""Version 2 adds imported models and the preprocessing. Checkpoints that need neither are still written as version 1, which earlier
releases can read."""
_METADATA = {"format", "format_version", "description", "description_sha256"}
"""The names in a checkpoint's metadata."""
_DTYPES = {
    "F32": torch.float32, "F64": torch.float64, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
    "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A network in evaluation mode, with the description and configuration from its file."""

    model: nn.Module
    description: CheckpointDescription
    configuration: ArchitectureConfiguration | ForeignConfiguration


def save_checkpoint(
    path: Path | str,
    model: nn.Module,
    *,
    dataset: DatasetReference | None = None,
    epoch: int | None = None,
    run: str | None = None,
    seed: int | None = None,
    training: Mapping[str, Any] | None = None,
    preprocessing: Preprocessing | None = None,
) -> CheckpointDescription:
    """Save the network. The file is written under a temporary name and then renamed, so `path` is either complete or unchanged.

    Args:
        model: a network from `build`, `build_from_configuration` or `build_foreign`, so that it can be rebuilt from its `configuration`;
            `save_network` saves one's own. Wrappers such as torch.compile and DataParallel are left out.
        preprocessing: for imported models: how images are prepared for the network.

    Raises:
        ArchitectureError: the network has no configuration, or was changed and no longer fits it, so it couldn't be rebuilt.
        CheckpointError: the weights aren't finite, or the file can't be written (for example because the disk is full).
    """
    from iterscope import __version__  # here, because the package imports this module

    path, model = Path(path), unwrapped(model)
    configuration = configuration_of(model)
    if configuration is None:
        raise ArchitectureError(
            f"{type(model).__name__} has no configuration from which it could be rebuilt: build the network with iterscope.build or "
            "iterscope.build_foreign, or save your own with iterscope.save_network"
        )
    tensors = {name: tensor.detach().cpu() for name, tensor in model.state_dict().items()}
    if not is_own(configuration):
        found = {name: (tuple(tensor.shape), tensor.dtype) for name, tensor in tensors.items()}
        if problems := _differences(_rebuilt(configuration), found):
            raise ArchitectureError(
                f"the network no longer fits its configuration {configuration.name}, so its file couldn't be loaded: it {problems}; undo "
                "the change, or save the network with iterscope.save_network, which names the function that builds it"
            )
    _refuse_non_finite(str(path), tensors)
    if is_own(configuration):
        configuration = replace(configuration, options={"logits": first_logits(model, configuration)})
    architecture = configuration.to_dict()
    prepared = None if preprocessing is None else preprocessing.to_dict()
    version = 1 if prepared is None and isinstance(configuration, ArchitectureConfiguration) else FORMAT_VERSION
    described: dict[str, Any] = {
        "sha256": _digest(architecture, tensors, prepared),
        "architecture": architecture,
        "dataset": None if dataset is None else dataset.to_dict(),
        "epoch": epoch,
        "run": run,
        "seed": seed,
        "training": None if training is None else dict(training),
        "blocks": residual_chain(model).describe(),
        "num_parameters": sum(parameter.numel() for parameter in model.parameters()),
        "library_version": __version__,
    }
    if version > 1:
        described["preprocessing"] = prepared
    metadata = {
        "format": FORMAT,
        "format_version": str(version),
        "description": json.dumps(described),
        "description_sha256": description_digest(described),
    }
    try:
        size = write_tensor_file(path, tensors, metadata)
    except TensorFileError as error:
        raise CheckpointError(f"checkpoint {error}") from error
    return description_from_dict(path, described | {"size_bytes": size})


def save_network(
    path: Path | str,
    network: nn.Module,
    *,
    factory: str,
    data: Dataset | None = None,
    preprocessing: Preprocessing | None = None,
    epoch: int | None = None,
) -> CheckpointDescription:
    """Save one's own network with the name of the function that builds it. Loading the file needs the same function, named by the caller.

    Args:
        network: the trained network, or its chain; its tensors are saved.
        factory: "package.module:function". The function takes no arguments and returns such a network, with any weights.
        data: the images that it was trained on, as it gets them; None: a data set must be named wherever it is measured.
        preprocessing: how `data` was prepared, if `Preprocessing.load` did that.

    Raises:
        ArchitectureError: the function can't be imported or called, its network computes something else than the given one or is no
            residual chain. DatasetError: it has another number of classes than the data. CheckpointError: as for `save_checkpoint`.
    """
    size = preprocessing.image_size if preprocessing is not None else None if data is None else data.image_size
    model = own_network(Factory(factory), network, size)
    classes = residual_chain(model).num_classes
    if data is not None and data.num_classes != classes:
        raise DatasetError(
            f"data has {data.num_classes} classes, but the network {classes} outputs: give its own data set"
        )
    reference = None if data is None else data.reference
    return save_checkpoint(path, model, dataset=reference, epoch=epoch, preprocessing=preprocessing)


def is_checkpoint(path: Path | str) -> bool:
    """Whether Iterscope wrote this file. Damaged checkpoints count too, if their metadata says so."""
    try:
        return read_header(Path(path)).metadata.get("format") == FORMAT
    except TensorFileError:
        return False


def describe_checkpoint(path: Path | str) -> CheckpointDescription:
    """The description in the file's header. The file's size is verified; its tensors aren't read."""
    return _read_description(Path(path))[0]


def load_checkpoint(path: Path | str, *, factory: str | None = None) -> nn.Module:
    """The network in evaluation mode on the CPU; see `read_checkpoint`."""
    return read_checkpoint(path, factory=None if factory is None else Factory(factory)).model


def read_checkpoint(path: Path | str, *, factory: Factory | None = None) -> Checkpoint:
    """The network, in evaluation mode on the CPU, with its description. Blocks and the number of parameters are those of this network.

    Args:
        factory: the function that builds one's own network (`save_network`); its code runs. No file makes code run.

    Raises:
        CheckpointError: the file is missing, truncated, not a checkpoint or of a newer format; its tensors are missing, of the wrong shape
            or not finite; or its digest doesn't match.
    """
    path = Path(path)
    description, header = _read_description(path)
    configuration, own = _fitting_configuration(path, description.architecture, header, factory)
    try:
        tensors = read_tensors(path)
    except TensorFileError as error:
        raise CheckpointError(f"checkpoint {error}") from error
    _refuse_non_finite(str(path), tensors)
    prepared = None if description.preprocessing is None else description.preprocessing.to_dict()
    if _digest(description.architecture, tensors, prepared) != description.sha256:
        raise CheckpointError(
            f"checkpoint {path} was changed after it was written: its SHA-256 doesn't match its content"
        )
    if own is None:
        model = model_of(configuration, tensors)
    else:
        assert is_own(configuration)
        own.load_state_dict(tensors)
        check_forward_pass(own, configuration)
        set_own_configuration(model := own, configuration)
    set_trained_size(model, description.images.image_size)
    built = replace(
        description,
        blocks=residual_chain(model).describe(),
        num_parameters=sum(parameter.numel() for parameter in model.parameters()),
    )
    return Checkpoint(model, built, configuration)


def checkpoint_data(
    checkpoint: Path | str | Checkpoint,
    dataset: str | None = None,
    *,
    home: Path | str | None = None,
    progress: Callable[[float], None] | None = None,
) -> Dataset:
    """The images as the checkpoint's network saw them: the same size, crop, order of classes and normalisation.

    Args:
        checkpoint: the file, or what `read_checkpoint` returned.
        dataset: another data set, prepared in the same way; default: the network's own.
        home, progress: as for `load_dataset`.

    Raises:
        DatasetError: the data can't be read; they are no longer those that the network was trained on; their number of classes isn't the
            network's; or neither the checkpoint nor `dataset` names a data set. CheckpointError: as for `describe_checkpoint`.
    """
    described = checkpoint.description if isinstance(checkpoint, Checkpoint) else describe_checkpoint(checkpoint)
    return described.images.load(dataset, home=home, progress=progress)


def _read_description(path: Path) -> tuple[CheckpointDescription, TensorFileHeader]:
    try:
        header = read_header(path)
    except TensorFileError as error:
        raise CheckpointError(f"checkpoint {error}") from error
    if header.metadata.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} is a safetensors file, but not an Iterscope checkpoint: its metadata lacks the format {FORMAT!r}"
        )
    version = header.metadata.get("format_version", "")
    if version not in ("1", str(FORMAT_VERSION)):
        newer = version.isdecimal() and int(version[:9]) > FORMAT_VERSION
        remedy = "upgrade Iterscope to read it" if newer else f"only versions 1 and {FORMAT_VERSION} are known"
        raise CheckpointError(f"checkpoint {path} has format version {version[:20]!r}: {remedy}")
    try:
        described = json.loads(header.metadata.get("description", ""))
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError
        raise CheckpointError(f"checkpoint {path} is damaged: its description is not JSON") from error
    if not isinstance(described, dict):
        raise CheckpointError(f"checkpoint {path} is damaged: its description is not a JSON object")
    description = description_from_dict(path, described | {"size_bytes": header.size_bytes})
    # Checkpoints of earlier versions have no digest of their description. Where its name is damaged, an unknown name is there.
    digest = header.metadata.get("description_sha256")
    if (digest is not None and digest != description_digest(described)) or header.metadata.keys() - _METADATA:
        raise CheckpointError(f"checkpoint {path} is damaged: its description was changed after it was written")
    return description, header


def _fitting_configuration(
    path: Path, architecture: dict[str, Any], header: TensorFileHeader, factory: Factory | None
) -> tuple[ArchitectureConfiguration | ForeignConfiguration, nn.Module | None]:
    """The architecture, once the file's header has been found to fit it: names, shapes and types; and what `factory` built."""
    try:
        configuration = configuration_from_dict(architecture)
        blocks = configuration.distinct_blocks if isinstance(configuration, ArchitectureConfiguration) else 0
        if blocks > len(header.shapes):  # before building: an untrusted file may claim a billion blocks
            raise ArchitectureError(f"{blocks} blocks, but only {len(header.shapes)} tensors")
        if factory is not None and not is_own(configuration):
            raise ArchitectureError(
                f"it is {configuration.name}, which needs no function: leave out the factory {factory.name}"
            )
        own = None if factory is None else factory.build()
        expected = _rebuilt(configuration) if own is None else own.state_dict()
    except (ValueError, TypeError, LookupError, AttributeError, RuntimeError, OverflowError) as error:
        raise CheckpointError(f"the network of checkpoint {path} can't be built: {error}") from error
    found = {
        name: (shape, _DTYPES.get(header.dtypes[name], header.dtypes[name])) for name, shape in header.shapes.items()
    }
    if problems := _differences(expected, found):
        raise CheckpointError(f"checkpoint {path} doesn't fit its architecture {configuration.name}: it {problems}")
    return configuration, own


def _rebuilt(configuration: ArchitectureConfiguration | ForeignConfiguration) -> dict[str, Tensor]:
    """The tensors of the network that is built from the configuration, without their values."""
    with torch.device("meta"):
        return build_from_configuration(configuration).state_dict()


def _differences(expected: Mapping[str, Tensor], found: Mapping[str, tuple[tuple[int, ...], torch.dtype | str]]) -> str:
    """How tensors, given as shape and type by name, differ from those that the network has; empty if they don't."""
    problems = [f"lacks {name}" for name in sorted(expected.keys() - found.keys())]
    problems += [f"has an unknown tensor {name[:80]}" for name in sorted(found.keys() - expected.keys())]
    for name in sorted(expected.keys() & found.keys()):
        wanted, (shape, dtype) = expected[name], found[name]
        if shape != tuple(wanted.shape):
            problems.append(f"has {name} of shape {shape} instead of {tuple(wanted.shape)}")
        elif dtype != wanted.dtype:
            problems.append(f"has {name} as {dtype} instead of {wanted.dtype}")
    more = f" and {len(problems) - 5} more" if len(problems) > 5 else ""
    return f"{', '.join(problems[:5])}{more}"


def _refuse_non_finite(path: str, tensors: Mapping[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            broken = int((~torch.isfinite(tensor)).sum())
            raise CheckpointError(
                f"checkpoint {path}: {broken} of the {tensor.numel()} values of {name} are NaN or infinite; "
                "the training diverged, or the file is damaged"
            )


def _digest(
    architecture: Mapping[str, Any], tensors: Mapping[str, Tensor], preprocessing: Mapping[str, Any] | None = None
) -> str:
    """SHA-256 (hex) over the architecture and any preprocessing as sorted JSON, then each tensor's name, type, shape and bytes, by name."""
    digest = hashlib.sha256(json.dumps(architecture, sort_keys=True).encode())
    if preprocessing is not None:
        digest.update(f"\0{json.dumps(preprocessing, sort_keys=True)}".encode())
    for name in sorted(tensors):
        tensor = tensors[name].contiguous()
        digest.update(f"\0{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
