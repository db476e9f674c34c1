"""Make the vectors of the background drawings for the shipped encoders.

    python scripts/make_background.py DIRECTORY

DIRECTORY holds the files of the encoders. Writes src/sekisho/store/encoders/NAME.vectors, and prints how
each self-test begins. Needed after a change of the drawings (`demo.background`; then also another name in
`match.background.DRAWN` and a new calibration), of the resize, or of a shipped encoder.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from sekisho.codec.encoder import read_encoder
from sekisho.demo.background import background_drawings
from sekisho.errors import ConfigError
from sekisho.fingerprint.embedding import WHOLE, embed, self_test_picture
from sekisho.fingerprint.working import working_picture
from sekisho.match.background import encode_background
from sekisho.model.encoder import SelfTest
from sekisho.store.models import SHIPPED, Models, find_spec_text, open_encoder

TARGET = Path(__file__).parent.parent / "src" / "sekisho" / "store" / "encoders"


def main(directory: Path) -> None:
    """Write one file for each shipped encoder."""
    for name in SHIPPED:
        spec = read_encoder(find_spec_text(name)[0], name)
        loose = SelfTest(first=(0.0,), tolerance=0.1)
        bare = replace(spec, calibration=None, background="", self_test=loose)
        try:
            encoder = open_encoder(bare, Models(encoders=(), directory=directory))
        except ConfigError as error:
            sys.exit(f"{error}\n{error.hint}")
        first = embed(encoder, self_test_picture(), WHOLE).values[0, :8]
        sys.stdout.write(f"{name}: expected_first8 = [{', '.join(f'{value:.4f}' for value in first)}]\n")
        rows = [embed(encoder, working_picture(one), WHOLE).values for one in background_drawings()]
        (TARGET / f"{name}.vectors").write_bytes(encode_background(spec.model, np.concatenate(rows)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
