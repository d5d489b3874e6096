"""Single image files: formats, depths, rotation, and sizes that would take too much memory."""

import io
import shutil
import struct
import tempfile
import warnings
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.measure import peak_memory
from iterscope.datasets import image_files
from iterscope.datasets.decoding import decode_image
from iterscope.errors import DatasetError
from iterscope.preprocessing import Preprocessing


def grey_png(path: Path, width: int, height: int, bits: int = 8) -> Path:
    """A PNG of one black level, written row by row: it is small on disk, whatever its size is."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(1)
    row = bytes(1 + width * bits // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


def test_an_eps_file_is_not_opened_whatever_its_name_is(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.new("RGB", (40, 40)).save(path, "EPS")
    with pytest.raises(
        DatasetError, match=r"photo\.png is not a readable image \(it holds no image of a known format\)"
    ):
        decode_image(path, 32)


@pytest.mark.parametrize("ending", sorted(image_files.EXTENSIONS))
def test_every_listed_ending_is_decoded(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"image{ending}"
    kind = {".jfif": "JPEG", ".jpe": "JPEG", ".pbm": "PPM", ".pnm": "PPM"}.get(ending)
    Image.new("1" if ending == ".pbm" else "RGB", (40, 48), 1 if ending == ".pbm" else (200, 200, 200)).save(path, kind)
    assert abs(int(decode_image(path, 32).mean()) - (255 if ending == ".pbm" else 200)) <= 2


@pytest.mark.parametrize("ending", ["png", "tif", "pgm"])
@pytest.mark.parametrize("level", [200, 0x8000, 65535])
def test_sixteen_bits_are_scaled_by_sixteen_bits(tmp_path: Path, ending: str, level: int) -> None:
    path = tmp_path / f"scan.{ending}"
    Image.fromarray(np.full((40, 40), level, dtype=np.uint16)).save(path)
    assert set(decode_image(path, 32).flatten().tolist()) == {level * 255 // 65535}


def test_floating_point_levels_up_to_one_are_scaled_by_one(tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 40), 0.5, dtype=np.float32)).save(tmp_path / "depth.tif")
    assert set(decode_image(tmp_path / "depth.tif", 32).flatten().tolist()) == {127}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_rotation_is_applied_as_exif_says(tmp_path: Path, orientation: int) -> None:
    levels = np.zeros((32, 32, 3), dtype=np.uint8)
    levels[:16, :16] = 255  # the upper left corner, as it is stored
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(levels).save(tmp_path / "photo.png", exif=exif)
    found = decode_image(tmp_path / "photo.png", 32)[0]
    # The standard says where the stored first row and first column are seen: (0th row, 0th column).
    top, left = {1: (1, 1), 2: (1, 0), 3: (0, 0), 4: (0, 1), 5: (1, 1), 6: (1, 0), 7: (0, 0), 8: (0, 1)}[orientation]
    assert found[0 if top else 31, 0 if left else 31] == 255
    assert found.mean() == 255 / 4


def test_damaged_exif_data_leave_an_image_as_it_is(tmp_path: Path) -> None:
    Image.new("RGB", (32, 32), (9, 9, 9)).save(
        tmp_path / "photo.jpg", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff\x01"
    )
    assert decode_image(tmp_path / "photo.jpg", 32).shape == (3, 32, 32)


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "nothing.png").touch()
    with pytest.raises(DatasetError, match=r"nothing\.png is not a readable image \(it is empty\)"):
        decode_image(tmp_path / "nothing.png", 32)


@pytest.mark.parametrize("size", [(1, 999_999), (999_999, 1), (3, 500_001)])
def test_of_a_very_long_image_only_the_middle_is_resized(tmp_path: Path, size: tuple[int, int]) -> None:
    shorter, longer = sorted(size)
    levels = np.zeros((longer, shorter), dtype=np.uint8)
    levels[(longer - shorter) // 2 :][:shorter] = 200
    image = Image.fromarray(levels)
    (image if size[1] == longer else image.transpose(Image.Transpose.TRANSPOSE)).save(tmp_path / "long.png")
    found = decode_image(tmp_path / "long.png", 224)
    assert found.shape == (3, 224, 224)
    assert found[0, 112, 112] >= 199


def test_the_middle_of_a_long_image_is_resized_as_the_whole_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in ((500, 20), (20, 501), (21, 500)):
        levels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        Image.fromarray(levels).save(tmp_path / "image.png")
        whole = decode_image(tmp_path / "image.png", 32).astype(int)
        with monkeypatch.context() as patched:
            patched.setattr(image_files, "RESIZED_PIXELS", 1)
            middle = decode_image(tmp_path / "image.png", 32).astype(int)
        # The whole is resized to a whole number of pixels, which moves its samples by less than half of a pixel.
        assert np.abs(middle - whole).mean() < 25
        assert np.corrcoef(middle.flatten(), whole.flatten())[0, 1] > 0.85


@pytest.mark.parametrize(
    ("width", "height", "bits"),
    [(13_000, 13_000, 16), (170_000_000, 1, 8), (1, 170_000_000, 8), (14_000, 13_000, 1), (30_000, 30_000, 8)],
)
def test_too_large_images_are_refused_by_their_size(tmp_path: Path, width: int, height: int, bits: int) -> None:
    """Nothing is decoded: the file ends after its header."""
    path = grey_png(tmp_path / "scan.png", 1, 1)
    depth, colour = (8, 2) if bits == 32 else (bits, 0)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    start = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    path.write_bytes(start + struct.pack(">I", 1000) + b"IDAT" + bytes(1004))
    with pytest.raises(DatasetError, match=r"scan\.png is too large to be decoded .*pixels.*make it smaller"):
        decode_image(path, 224)


def tiled_tiff(path: Path, tile: int, samples: int = 1) -> Path:
    """A TIFF of 16 × 16 black pixels in one compressed tile."""
    content = zlib.compress(bytes(tile * tile * samples))
    tags = {256: 16, 257: 16, 258: 8, 259: 8, 262: 1 if samples == 1 else 2, 277: samples, 322: tile, 323: tile}
    entries = {**tags, 324: 8 + 2 + 12 * 10 + 4, 325: len(content)}
    written = [struct.pack("<HHII", number, 4, 1, value) for number, value in sorted(entries.items())]
    path.write_bytes(b"II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(written) + bytes(4) + content)
    return path


def test_a_small_tiff_of_a_huge_tile_is_refused_by_its_size(tmp_path: Path) -> None:
    assert not decode_image(tiled_tiff(tmp_path / "fits.tif", 64, 3), 32).any()
    huge = tiled_tiff(tmp_path / "huge.tif", 64, 3)
    huge.write_bytes(huge.read_bytes().replace(struct.pack("<I", 64), struct.pack("<I", 16000)))
    words = r"huge\.tif is too large .* 16 × 16 pixels in tiles of 16,000 × 16,000 takes about 768 MB"
    with pytest.raises(DatasetError, match=words):
        decode_image(huge, 32)
    # A type of numbers that the decoder reads, and Pillow doesn't.
    huge.write_bytes(huge.read_bytes().replace(struct.pack("<HH", 322, 4), struct.pack("<HH", 322, 17)))
    with pytest.raises(DatasetError, match=r"huge\.tif is too large .* tiles is not written as a whole number"):
        decode_image(huge, 32)


@pytest.mark.parametrize(("rows", "fits"), [(16, True), (3000, False)])
def test_the_strips_of_a_tiff_count(tmp_path: Path, rows: int, fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one strip, the decoder holds the pixels twice."""
    path = tmp_path / "scan.tif"
    Image.new("RGB", (3000, 3000)).save(
        path, compression="tiff_adobe_deflate", tiffinfo={278: rows}, strip_size=1 << 30
    )
    monkeypatch.setattr(image_files, "LARGEST_BYTES", 37_000_000)
    if fits:
        assert decode_image(path, 32).shape == (3, 32, 32)
    else:
        with pytest.raises(DatasetError, match="in strips of 3,000 rows takes about 63 MB"):
            decode_image(path, 32)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "CMYK", "1", "LA", "I;16"])
def test_large_images_are_made_smaller_first(tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = np.linspace(0, 255, 256).astype(np.uint8)
    levels = np.broadcast_to(gradient, (256, 256))
    path = tmp_path / ("image.tif" if mode in ("CMYK", "I;16") else "image.png")
    if mode == "I;16":
        Image.fromarray(levels.astype(np.uint16) * 257).save(path)
    else:
        Image.fromarray(np.dstack([levels] * 3)).convert(mode).save(path)
    whole = decode_image(path, 32).astype(int)
    monkeypatch.setattr(image_files, "LARGE_PIXELS", 1)
    assert np.abs(decode_image(path, 32).astype(int) - whole).mean() < 6


@pytest.mark.parametrize("progressive", [False, True])
def test_a_large_jpeg_is_made_smaller_while_it_is_decoded(
    tmp_path: Path, progressive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = np.broadcast_to(np.linspace(0, 255, 512).astype(np.uint8), (512, 512))
    Image.fromarray(np.dstack([levels] * 3)).save(tmp_path / "photo.jpg", progressive=progressive, quality=95)
    whole = decode_image(tmp_path / "photo.jpg", 32).astype(int)
    monkeypatch.setattr(image_files, "LARGE_PIXELS", 1)
    assert np.abs(decode_image(tmp_path / "photo.jpg", 32).astype(int) - whole).mean() < 3
    monkeypatch.setattr(image_files, "LARGEST_BYTES", 6 * 512 * 512 - 1)  # the coefficients don't fit
    if progressive:
        with pytest.raises(DatasetError, match="is too large"):
            decode_image(tmp_path / "photo.jpg", 32)
    else:
        assert decode_image(tmp_path / "photo.jpg", 32).shape == (3, 32, 32)


def test_the_filters_of_warnings_are_as_before(tmp_path: Path) -> None:
    paths = [tmp_path / f"{at}.jpg" for at in range(40)]
    for path in paths:
        Image.new("RGB", (32, 32)).save(path, exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff\x01")
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(lambda path: decode_image(path, 32), paths))) == 40
    assert warnings.filters == before


def decoding() -> Callable[[], object]:
    """For `peak_memory`: the largest images that are taken, and the sample of a folder that takes 786 MB when it is decoded."""
    folder = Path(tempfile.mkdtemp())
    large = [grey_png(folder / "deep.png", 8_900, 8_900, 16), folder / "photo.jpg"]
    Image.new("RGB", (13_000, 6_000), (1, 2, 3)).save(large[1])
    small = grey_png(folder / "small.png", 40, 40)
    for split in ("train", "val"):
        for name in ("a", "b"):
            (folder / "photos" / split / name).mkdir(parents=True)
            for at in range(1000):
                (folder / "photos" / split / name / f"{at}.png").hardlink_to(small)
    decode_image(small, 32)

    def run() -> None:
        for path in large:
            decode_image(path, 224)
        data = Preprocessing(224, (0.5,) * 3, (0.5,) * 3, resize=256).load(
            f"folder:{folder}/photos", home=folder / "home"
        )
        assert data.validation.subset(200).batch(0, 50).shape == (50, 3, 224, 224)
        shutil.rmtree(folder)

    return run


def test_large_images_and_folders_take_less_than_half_a_gigabyte() -> None:
    assert peak_memory(decoding) < 512 * 2**20


def test_reading_the_markers_of_a_jpeg_finds_several_scans() -> None:
    written = io.BytesIO()
    Image.new("RGB", (64, 64), (1, 2, 3)).save(written, "JPEG")
    assert not image_files._has_several_scans(written)
    # A first scan of one of three components: the decoder then holds the coefficients of all.
    content = bytearray(written.getvalue())
    at = content.index(b"\xff\xda")
    assert content[at + 4] == 3
    content[at + 4] = 1
    assert image_files._has_several_scans(io.BytesIO(content))
