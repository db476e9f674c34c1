"""Which columns of a Parquet file are looked at: at most one of pictures, and those that hold text.

Pictures are plain binary, or Hugging Face `{bytes, path}`. Text is every column that has strings in it,
also inside of lists and structures, and no bytes; or the ones that the user names. Beside pictures it is what
a model is trained on with them, captions above all: not where they came from, under which licence, nor how
they are numbered.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

import pyarrow as pa

from sekisho.detect.signals.columns import Role, column_role, told
from sekisho.errors import ConfigError
from sekisho.model import Told

__all__ = ["image_column", "picture_values", "telling_columns", "text_columns", "text_values", "told_rows"]

_PICTURE_NAME = re.compile(
    "images?|img|picture|photo|bytes|image_bytes|data|content|jpe?g|png|webp|gif|bmp|tiff?|avif",
    re.IGNORECASE,
)
"""Names by which a binary column is taken for the pictures when there are other binary columns."""


_NUMBERING = re.compile(
    r"(?:.*[_. -])?(?:key|id|ids|uid|uuid|guid|hash|md5|sha1|sha256|sha512|phash|pdq|checksum|etag)"
    r"|status|error_message|split|(?:file|image|img)?[_ -]?(?:names?|paths?|format|ext|extension)"
    r"|mime(?:[_ -]?type)?|content[_ -]?type",
    re.IGNORECASE,
)
"""Names of columns that number or describe files; img2dataset writes the first ones beside each picture."""


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _is_struct(kind: pa.DataType) -> bool:
    if not pa.types.is_struct(kind):
        return False
    fields = {kind.field(i).name: kind.field(i).type for i in range(kind.num_fields)}
    return "bytes" in fields and _is_binary(fields["bytes"])


def _declared(schema: pa.Schema) -> list[str]:
    """Return the columns that the Hugging Face metadata calls images."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return [name for name, kind in features.items() if kind.get("_type") == "Image"]
    except (KeyError, ValueError, TypeError, AttributeError):
        return []


def _candidates(schema: pa.Schema) -> list[str]:
    """Return the columns that may be the pictures, by the strongest sign that any column has."""
    usable = [f.name for f in schema if _is_struct(f.type) or _is_binary(f.type)]
    structs = [f.name for f in schema if _is_struct(f.type)]
    declared = [name for name in _declared(schema) if name in usable]
    named = [name for name in usable if _PICTURE_NAME.fullmatch(name)]
    return declared or structs or named or usable


def image_column(schema: pa.Schema, path: str, wanted: str | None) -> str | None:
    """Return the column of pictures; None if no column could be one.

    Args:
        schema: of the file.
        path: what to call the file in a message.
        wanted: the column that the user named.

    Raises:
        ConfigError: several columns could be it, or the named one could not.
    """
    usable = [f.name for f in schema if _is_struct(f.type) or _is_binary(f.type)]
    if not usable:
        return None
    found = [wanted] if wanted else _candidates(schema)
    if len(found) == 1 and usable.count(found[0]) == 1:
        return found[0]
    columns = ", ".join(f"{f.name} ({f.type})" for f in schema)
    why = f"has no column {wanted!r} of pictures" if wanted else "has several columns that may be pictures"
    raise ConfigError(f"{path} {why}: {columns}", hint="name the one to check with --image-column")


def _holds(kind: pa.DataType, test: Callable[[pa.DataType], bool]) -> bool:
    """Tell whether a type, or any type inside of it, passes a test."""
    if pa.types.is_dictionary(kind):
        return _holds(kind.value_type, test)
    if pa.types.is_nested(kind):
        return any(_holds(kind.field(i).type, test) for i in range(kind.num_fields))
    return test(kind)


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(_is_binary(kind) or pa.types.is_fixed_size_binary(kind) or pa.types.is_binary_view(kind))


def _is_text(kind: pa.DataType) -> bool:
    return _holds(kind, _is_string) and not _holds(kind, _is_bytes)


def _is_beside(name: str) -> bool:
    """Tell whether a column beside pictures is no text that anybody trains on."""
    column = column_role(name)
    return _NUMBERING.fullmatch(name) is not None or (column is not None and column.role is not Role.WITHIN)


def _is_wanted(field: pa.Field, names: AbstractSet[str]) -> bool:
    """Tell whether a column, or a field of a structure inside of it, is named."""
    pointer = "/" + field.name.replace("~", "~0").replace("/", "~1")
    if field.name in names or any(name == pointer or name.startswith(f"{pointer}/") for name in names):
        return True
    return _is_text(field.type) and _has_field(field.type, names)


def _has_field(kind: pa.DataType, names: AbstractSet[str]) -> bool:
    if not pa.types.is_nested(kind):
        return False
    inner = [kind.field(i) for i in range(kind.num_fields)]
    named = pa.types.is_struct(kind) and any(field.name in names for field in inner)
    return named or any(_has_field(field.type, names) for field in inner)


def text_columns(schema: pa.Schema, path: str, picture: str | None, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the columns whose text is looked at, in the sequence of the file.

    Args:
        schema: of the file.
        path: what to call the file in a message.
        picture: its column of pictures.
        wanted: names that the user gave: of columns, of fields inside of them, or pointers (RFC 6901)
            that begin with a column; none: all columns that hold text, beside pictures without those
            that only say where they came from, under which licence, and how they are numbered.

    Raises:
        ConfigError: a named column holds no text, or its name is not the only one.
    """
    names = frozenset(wanted)

    def is_chosen(field: pa.Field) -> bool:
        if names:
            return _is_wanted(field, names)
        return _is_text(field.type) and (picture is None or not _is_beside(field.name))

    chosen = [field for field in schema if field.name != picture and is_chosen(field)]
    for field in chosen:
        if schema.names.count(field.name) > 1:
            raise ConfigError(f"{path} has several columns {field.name!r}", hint="rename them")
        if not _is_text(field.type):
            raise ConfigError(f"{path}: the column {field.name!r} ({field.type}) holds no text")
    return tuple(field.name for field in chosen)


def telling_columns(schema: pa.Schema, picture: str | None) -> tuple[str, ...]:
    """Return the columns that tell where a row was found and what was said of it, by their names.

    Args:
        schema: of the file.
        picture: its column of pictures.
    """
    return tuple(
        field.name
        for field in schema
        if field.name != picture
        and schema.names.count(field.name) == 1
        and column_role(field.name) is not None
        and not _holds(field.type, _is_bytes)
    )


def told_rows(batch: pa.RecordBatch, names: Sequence[str]) -> Iterator[Told | None]:
    """Yield what some columns tell of each row."""
    columns = [_values(batch.column(name)) for name in names]
    for values in zip(*columns, strict=True):
        yield told(dict(zip(names, values, strict=True)))


def _values(array: pa.Array) -> Sequence[object]:
    """Return each row's value; times as microseconds since 1970; None where Python has no such value."""
    try:
        if pa.types.is_timestamp(array.type):
            array = array.cast(pa.timestamp("us", array.type.tz), safe=False).cast(pa.int64())
        return list(map(_readable, text_values(array)))
    except (ValueError, OverflowError, LookupError, pa.ArrowException):
        return [None] * len(array)


def _readable(value: object) -> object:
    """Return a value; letters that are no UTF-8 as U+FFFD."""
    return value.object.decode("utf-8", "replace") if isinstance(value, UnicodeDecodeError) else value


def text_values(array: pa.Array) -> Iterator[object]:
    """Yield each row's value; an error of decoding where a row is not UTF-8."""
    try:
        yield from array.to_pylist()
    except UnicodeDecodeError:
        for value in array:
            try:
                yield value.as_py()
            except UnicodeDecodeError as error:
                yield error


def _view(array: pa.Array) -> Sequence[memoryview | None]:
    """Return each value of a binary array as a view of its buffer, without copying."""
    wide = pa.types.is_large_binary(array.type)
    valid, offsets, data = array.buffers()
    if data is None:
        return [None if not value.is_valid else memoryview(b"") for value in array]
    places = memoryview(offsets).cast("q" if wide else "i")[array.offset : array.offset + len(array) + 1]
    # pyarrow says that its bytes are signed; everybody else counts from 0 to 255.
    view = memoryview(data).cast("B")
    present = array.is_valid().to_pylist() if valid is not None else [True] * len(array)
    return [view[places[i] : places[i + 1]] if there else None for i, there in enumerate(present)]


def picture_values(batch: pa.RecordBatch) -> Iterator[tuple[memoryview | None, bool]]:
    """Yield each row's picture, and whether a missing one is named by a path instead."""
    array = batch.column(0)
    if not pa.types.is_struct(array.type):
        yield from ((value, False) for value in _view(array))
        return
    names = [array.type.field(i).name for i in range(array.type.num_fields)]
    fields = dict(zip(names, array.flatten(), strict=True))
    paths = fields["path"].to_pylist() if "path" in fields else [None] * len(array)
    yield from zip(_view(fields["bytes"]), map(bool, paths), strict=True)
