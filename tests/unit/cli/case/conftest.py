import pytest

from tests.desk_of_cases import CaseDesk


@pytest.fixture
def desk(tmp_path, capsys):
    return CaseDesk(tmp_path, capsys)
