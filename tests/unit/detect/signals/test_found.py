import pytest

from sekisho.detect.signals.found import look_into
from sekisho.detect.signals.held import Held
from tests.embedded import avif, gif, jpeg, packet, pdf_with, png, tiff, webp

XMP = packet({"plus:DataMining": "DMI-PROHIBITED"})
FILES = {
    "image/jpeg": jpeg(XMP),
    "image/png": png(XMP),
    "image/webp": webp(XMP),
    "image/gif": gif(XMP),
    "image/tiff": tiff({700: XMP}),
    "image/avif": avif(XMP),
    "application/pdf": pdf_with(XMP),
}


@pytest.mark.parametrize("media_type", FILES)
def test_each_type_has_its_reader(media_type):
    assert [one.rstrip() for one in look_into(FILES[media_type], media_type).xmp] == [XMP]


@pytest.mark.parametrize("media_type", FILES)
def test_every_reader_takes_any_bytes(media_type):
    for data in (b"", b"\0", bytes(100), b"\xff" * 1000, *FILES.values()):
        look_into(data, media_type)


def test_other_types_hold_nothing():
    assert look_into(jpeg(XMP), "image/bmp") == Held()
    assert look_into(jpeg(XMP), "") == Held()
