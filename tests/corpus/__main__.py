"""Answer the whole corpus and any number of mutations, and tell how it went: ``python -m tests.corpus --help``."""

import argparse
import sys
import tempfile
from collections import Counter
from itertools import chain
from pathlib import Path

from app import create_app
from config import Settings
from tests.corpus.answers import answered
from tests.corpus.defects import defects
from tests.corpus.files import bombs, foreign, torn
from tests.corpus.harmless import harmless
from tests.corpus.mutations import mutations
from tests.corpus.sheets import Form, sound_form


def main() -> None:
    """Print a line for each kind of file; ends with 1 where something was not answered as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=0, help="how many spoiled workbooks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="a folder to leave the files in, too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(env="test", data_dir=Path(folder), tick_seconds=0))
        with app.test_request_context():
            sys.exit(_report(sound_form(), asked))


def _report(form: Form, asked: argparse.Namespace) -> int:
    single = list(defects(form))
    named = sum(bool(answered(form, case.content).cells & case.cells) for case in single)
    print(f"single defects: {len(single)}, the cell named in {named}")
    whole = list(chain(foreign(form), torn(form), bombs(form)))
    right = sum(answered(form, one.content).refusal in one.codes for one in whole)
    print(f"files that are none: {len(whole)}, refused by name {right}")
    same = list(harmless(form))
    kept = sum(answered(form, one.content).book == answered(form, form.content).book for one in same)
    print(f"harmless: {len(same)}, read alike {kept}")
    answers = Counter(
        answered(form, one).refusal or "read" for one in mutations(form, asked.mutations, asked.seed)
    )
    print(
        f"mutations: {asked.mutations}",
        *(f"{code} {count}" for code, count in answers.most_common()),
        sep="\n  ",
    )
    if asked.write:
        _write(asked.write, [*single, *whole, *same])
    return int(named < len(single) or right < len(whole) or kept < len(same))


def _write(folder: Path, cases: list) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(cases, 1):
        (folder / f"{number:04}.xlsx").write_bytes(case.content)


if __name__ == "__main__":
    main()
