"""A thousand malformed workbooks and their like: each is answered, and what is wrong is named at its cell."""

import multiprocessing
import resource
from itertools import chain

import pytest

from criteria.workbook import UnreadableWorkbook, read_sheets, read_sheets_apart
from tests.corpus.answers import answered
from tests.corpus.defects import defects
from tests.corpus.files import bombs, boundaries, foreign, torn
from tests.corpus.harmless import harmless
from tests.corpus.mutations import mutations
from tests.corpus.sheets import sound_form

SHARES = 6
EXACTLY_NAMED = 0.95
MUTATIONS = 60


@pytest.fixture(scope="module")
def form(request_of_no_page):
    return sound_form()


def test_the_sound_form_has_every_box_filled_and_no_fault(form):
    book = answered(form, form.content).book
    assert book.faults == []
    assert len(book.inputs) >= 10


def test_the_corpus_is_large(form):
    assert sum(1 for _ in chain(defects(form), foreign(form), torn(form), bombs(form))) >= 1000


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_a_single_defect_is_named_at_its_cell_and_nothing_is_guessed_in_its_place(form, share):
    sound = answered(form, form.content).book.inputs
    missed = []
    cases = [case for number, case in enumerate(defects(form)) if number % SHARES == share]
    for case in cases:
        refusal, book, cells = answered(form, case.content)
        assert refusal or book.faults, case.name
        assert refusal or sum(sound.get(code) != given for code, given in book.inputs.items()) <= 1, case.name
        if not cells & case.cells:
            missed.append(case.name)
    assert len(missed) <= len(cases) * (1 - EXACTLY_NAMED), missed


def test_what_is_no_workbook_is_refused_by_name(form):
    wrong = {
        one.name: refusal
        for one in chain(foreign(form), torn(form))
        if (refusal := answered(form, one.content).refusal) not in one.codes
    }
    assert wrong == {}


@pytest.mark.slow
def test_a_bomb_is_refused_in_a_bound_process_and_leaves_none_behind(form):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for bomb in bombs(form):
        with pytest.raises(UnreadableWorkbook) as refused:
            read_sheets_apart(bomb.content)
        assert refused.value.code in bomb.codes, bomb.name
    assert multiprocessing.active_children() == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024


def test_what_is_harmless_changes_nothing(form):
    sound = answered(form, form.content).book
    for one in harmless(form):
        book = answered(form, one.content).book
        assert book is not None, one.name
        assert (book.faults, book.inputs) == ([], sound.inputs), one.name


def test_every_limit_is_exact(form, tmp_path):
    for name, content, limits, is_read in boundaries(form):
        place = tmp_path / "x.xlsx"
        place.write_bytes(content)
        if is_read:
            assert read_sheets(place, limits=limits), name
        else:
            with pytest.raises(UnreadableWorkbook):
                read_sheets(place, limits=limits)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SHARES))
def test_whatever_is_spoiled_is_answered(form, seed):
    for content in mutations(form, MUTATIONS, seed):
        answer = answered(form, content)
        assert answer.refusal or answer.book is not None
