"""The shipped Word templates are the ones that the script makes."""

import zipfile

import pytest

from deploy import documents


@pytest.mark.parametrize("name", [documents.FORM])
def test_the_kept_templates_are_what_the_script_makes(tmp_path, name):
    documents.main(tmp_path)
    with zipfile.ZipFile(tmp_path / name) as made, zipfile.ZipFile(documents.DOCUMENTS / name) as kept:
        assert made.namelist() == kept.namelist()
        assert all(made.read(part) == kept.read(part) for part in made.namelist() if "core" not in part)
