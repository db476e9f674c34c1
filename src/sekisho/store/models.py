"""Open an encoder: find its file, check it, load it into onnxruntime, and see that it gives what it should.

Needs the extra `[models]`. Sekisho ships no weights: a file lies in `models_directory` of sekisho.toml, or in
an installed package that is read, never imported. Its bytes are hashed and the same bytes are loaded. One
thread: there is one process for each core. Opened once in each worker process.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sekisho.codec.encoder import read_encoder
from sekisho.errors import ConfigError, MissingExtraError, NotFoundError
from sekisho.fingerprint.embedding import WHOLE, Encoder, embed, prepared, self_test_picture
from sekisho.fingerprint.working import working_picture
from sekisho.match.background import encode_background, read_background
from sekisho.media import CannotDecode
from sekisho.model import Unreadable
from sekisho.model.encoder import EncoderFile, EncoderInput, EncoderSpec, Number
from sekisho.store.atomic import write_atomic
from sekisho.store.home import cache_dir

__all__ = [
    "SHIPPED",
    "Drawings",
    "Models",
    "background_of",
    "find_spec_text",
    "open_encoder",
    "open_encoders",
]

SHIPPED = ("sscd-distilled", "sscd")
Drawings = Callable[[], Iterable[NDArray[np.uint8]]]
"""Makes the background drawings; the rooms above know how."""
_Wanted = tuple[str, str, tuple[int, ...]]
"""Name, type and shape of a tensor."""
_TYPES = {Number.UINT8: "tensor(uint8)", Number.FLOAT32: "tensor(float)"}
_SCALED = 0.5
_ALIKE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Which encoders are used and where their files are. Picklable.

    Attributes:
        encoders: names of shipped descriptions, or paths of TOML files.
        directory: of the weights; None: only packages are looked into.
        drawings: for an encoder whose background vectors are not at hand.
    """

    encoders: tuple[str, ...]
    directory: Path | None = None
    drawings: Drawings | None = None


def find_spec_text(name: str) -> tuple[str, Path | None]:
    """Return the text of a description, and the folder of its file; None for a shipped one.

    Raises:
        NotFoundError: neither a shipped name nor a file that can be read.
    """
    if name in SHIPPED:
        return (files("sekisho.store") / "encoders" / f"{name}.toml").read_text(encoding="utf-8"), None
    path = Path(name)
    try:
        return path.read_text(encoding="utf-8"), path.absolute().parent
    except (OSError, UnicodeDecodeError) as error:
        raise NotFoundError(
            f"no encoder {name!r}: {error}",
            hint=f"shipped are {', '.join(SHIPPED)}; else name the path of a description",
        ) from error


def open_encoders(models: Models) -> tuple[Encoder, ...]:
    """Open all encoders that are configured.

    Raises:
        ConfigError: a description or a file that can not be used, or two of one name.
        MissingExtraError: onnxruntime is not installed.
        NotFoundError: a description or a file is not there.
    """
    opened: dict[str, Encoder] = {}
    for name in models.encoders:
        text, folder = find_spec_text(name)
        spec = read_encoder(text, name)
        if spec.model in opened:
            raise ConfigError(f"{spec.name} is named twice in encoders")
        opened[spec.model] = open_encoder(spec, models, folder)
    return tuple(opened.values())


def open_encoder(spec: EncoderSpec, models: Models, folder: Path | None = None) -> Encoder:
    """Find, check and load one encoder, and run its self-test.

    Args:
        spec: its description.
        models: where files are.
        folder: of the description, where its files are looked for too; None for a shipped one.

    Raises:
        ConfigError: another digest or size, unknown operators, other names, types or shapes, no finite
            numbers, or other values than the self-test says.
        MissingExtraError: onnxruntime is not installed.
        NotFoundError: the file is not there.
    """
    session = _session(_weights(spec.file, models, folder), spec.file.name)
    _check_form(session, spec)
    encoder = Encoder(spec=spec, run=_runner(session, spec.input.name, spec.output))
    _self_test(encoder)
    difference = None
    if spec.metric_file is not None:
        difference = _differences(_session(_weights(spec.metric_file, models, folder), spec.metric_file.name))
        _check_metric(encoder, difference)
    made = Encoder(spec=spec, run=encoder.run, difference=difference)
    if spec.calibration is None or not spec.calibration.normalised:
        return made
    return Encoder(spec=spec, run=encoder.run, background=background_of(made, models, folder))


def _places(file: EncoderFile, models: Models, folder: Path | None) -> list[Path]:
    """Return where a file may be, in the order in which it is looked for; no package is imported."""
    places = [place / file.name for place in (models.directory, folder) if place is not None]
    if file.package:
        try:
            found = find_spec(file.package)
        except (ImportError, ValueError):
            found = None
        if found is not None:
            places += [Path(place) / file.name for place in found.submodule_search_locations or ()]
    return places


def _weights(file: EncoderFile, models: Models, folder: Path | None) -> bytes:
    for place in _places(file, models, folder):
        try:
            size = place.stat().st_size
            data = place.read_bytes() if size == file.size else b""
        except OSError:
            continue
        if size != file.size or hashlib.sha256(data).hexdigest() != file.sha256:
            raise ConfigError(
                f"{place} is not the file that was described: other size or SHA-256",
                hint=f"wanted are {file.size} bytes with SHA-256 {file.sha256}",
            )
        return data
    where = f"pip install {file.package.replace('_', '-')}, or put it" if file.package else "put it"
    raise NotFoundError(
        f"the encoder's file {file.name} is not there",
        hint=f"{where} into the folder that models_directory in sekisho.toml names",
    )


def _session(data: bytes, name: str) -> Any:  # noqa: ANN401 - of a package without types
    """Load a file.

    Raises:
        ConfigError: not ONNX, or with operators that onnxruntime does not know.
        MissingExtraError: onnxruntime is not installed.
    """
    try:
        import onnxruntime  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "encoders need the extra [models] (onnxruntime), which is not installed",
            hint="pip install 'sekisho[models]'",
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions have no class in common
        raise ConfigError(f"onnxruntime can not load {name}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]


def _check_form(session: Any, spec: EncoderSpec) -> None:  # noqa: ANN401
    """Compare names, types and fixed sizes of input and output with the description."""
    form = spec.input
    sides = (3, form.height, form.width) if form.channels_first else (form.height, form.width, 3)
    _expect(session.get_inputs(), (form.name, _TYPES[form.number], (1, *sides)), spec, alone=True)
    _expect(session.get_outputs(), (spec.output, _TYPES[Number.FLOAT32], (1, spec.dimensions)), spec)


def _expect(offered: Iterable[Any], wanted: _Wanted, spec: EncoderSpec, *, alone: bool = False) -> None:
    """Refuse tensors of another name, type or shape; what a file leaves open fits everything.

    Raises:
        ConfigError: they do not go with the description.
    """
    name, kind, shape = wanted
    tensors = {one.name: one for one in offered}
    where = f"the encoder {spec.name}"
    if name not in tensors or (alone and len(tensors) > 1):
        raise ConfigError(f"{where}: it has {', '.join(sorted(tensors))}, not {name!r} alone")
    found = tensors[name]
    if found.type != kind:
        raise ConfigError(f"{where}: {name} is {found.type}, not {kind}")
    fits = len(found.shape) == len(shape) and all(
        not isinstance(a, int) or a == b for a, b in zip(found.shape, shape, strict=True)
    )
    if not fits:
        raise ConfigError(f"{where}: {name} has the shape {found.shape}, not {list(shape)}")


def _runner(session: Any, given: str, wanted: str) -> Callable[[NDArray[np.generic]], NDArray[np.float32]]:  # noqa: ANN401
    def run(batch: NDArray[np.generic]) -> NDArray[np.float32]:
        try:
            return np.asarray(session.run([wanted], {given: batch})[0], np.float32)
        except Exception as error:  # its exceptions have no class in common
            raise CannotDecode(Unreadable.NO_EMBEDDING, _first_line(error)) from error

    return run


def _self_test(encoder: Encoder) -> None:
    """Compare what the encoder gives for the test picture with what its description says.

    Raises:
        ConfigError: other values, or none.
    """
    spec = encoder.spec
    where = f"the self-test of the encoder {spec.name} failed"
    try:
        found = embed(encoder, self_test_picture(), WHOLE).values[0]
    except CannotDecode as error:
        raise ConfigError(f"{where}: {error.problem.detail}") from error
    wanted = np.array(spec.self_test.first, np.float32)
    if not bool((np.abs(found[: len(wanted)] - wanted) <= spec.self_test.tolerance).all()):
        shown = ", ".join(f"{value:.4f}" for value in found[: len(wanted)])
        raise ConfigError(
            f"{where}: its vector begins with {shown}",
            hint="size, scale, mean, std and layout have to be those that the encoder was made with",
        )


def _differences(session: Any) -> Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]:  # noqa: ANN401
    """Return the metric of a second file: (N, D) vectors -> (N, N) differences."""
    run = _runner(session, session.get_inputs()[0].name, session.get_outputs()[0].name)

    def difference(one: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
        found = run(np.concatenate([one[None], others]))
        if found.shape != (len(others) + 1,) * 2 or not bool(np.isfinite(found).all()):
            raise CannotDecode(
                Unreadable.NO_EMBEDDING, f"the metric gave the shape {found.shape}, or no numbers"
            )
        return found[0, 1:]

    return difference


def _check_metric(
    encoder: Encoder, difference: Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]
) -> None:
    """Refuse a metric that looks at the length of vectors: those of an edition have length 1.

    Raises:
        ConfigError: it does, or two equal vectors differ, or it gives no N x N differences.
    """
    where = f"the metric of the encoder {encoder.spec.name}"
    picture = self_test_picture()
    try:
        one, other = (embed(encoder, part, WHOLE).values for part in (picture, picture[:48, :48]))
        same, apart = difference(one[0], np.concatenate([one, other]))
        scaled = difference(one[0] * _SCALED, other * _SCALED)[0]
    except CannotDecode as error:
        raise ConfigError(f"{where}: {error.problem.detail}") from error
    if abs(float(same)) > _ALIKE or abs(float(apart) - float(scaled)) > _ALIKE:
        raise ConfigError(f"{where}: it depends on the length of vectors, or tells a vector from itself")


def background_of(encoder: Encoder, models: Models, folder: Path | None) -> NDArray[np.float32]:
    """Return the vectors of the background drawings: shipped, named, kept from before, or made now.

    Making them takes about ten seconds; they are kept in the cache folder.

    Raises:
        ConfigError: a file that does not fit, or none is there and nobody can draw.
    """
    spec = encoder.spec
    if spec.background:
        place = files("sekisho.store") / "encoders" if folder is None else folder
        try:
            data = (place / spec.background).read_bytes()
        except OSError as error:
            raise ConfigError(f"the background vectors of {spec.name} can not be read: {error}") from error
        return read_background(data, spec.model, spec.dimensions)
    kept = cache_dir() / "background" / f"{spec.model}-{_form_digest(spec.input)}.vectors"
    if kept.is_file():
        return read_background(kept.read_bytes(), spec.model, spec.dimensions)
    if models.drawings is None:
        raise ConfigError(
            f"the encoder {spec.name} has no background vectors, and nothing here can make them"
        )
    vectors = [embed(encoder, working_picture(one), WHOLE).values for one in models.drawings()]
    data = encode_background(spec.model, np.concatenate(vectors))
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(kept, [data], force=True)
    return read_background(data, spec.model, spec.dimensions)


def _form_digest(form: EncoderInput) -> str:
    said = json.dumps(repr(form)).encode()
    return hashlib.sha256(said + prepared(self_test_picture(), form).tobytes()).hexdigest()[:16]
