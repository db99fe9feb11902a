"""`python -m bench`: plays the demo at full size into a temporary folder, measures, prints a table, ends with 0.

Times are medians of interleaved rounds in one process, so a busy machine slows everything alike. The goals are
printed beside what was found; nothing fails here, since a clock is no judge of right and wrong.
"""

import sys
import tempfile
from pathlib import Path

from bench.autosave import autosave_rows
from bench.mail import mail_rows
from bench.pages import page_rows
from bench.rankings import ranking_rows
from bench.rehearsals import rehearsal_rows
from bench.report import Row, print_table
from bench.workbooks import workbook_rows

NOTES = """
"Without its database" renders the template alone: no sign-in, no reach, no scoring.
The criterion page renders little, so the statements that establish session, roles, reach, dates and the state of
every criterion weigh more than its template. They are asked anew for each page, since two people may work on one
form and a role may end at any moment; kept answers would show what is no longer true.
The public ranking is kept as text under the digest of its edition: what is timed is handing it out, and "without
its database" renders it anew; a kept page is shared by visitors who ask the same.
An autosave waits for the disk once, as the bare UPDATE does. The rest is who is asking and for which form, the turn
among colleagues, the score of the whole form, the audit entry, and how the form stands afterwards.
A reminder is a row that is written, claimed, looked at once more when the server is ready to hear it, and settled:
three transactions with the disk beside one conversation, which is what bare smtplib does. At the usual sixty mails a
minute it is the rate that decides. A tick reads who owes what anew each time: what was kept could miss a date moved,
a role given or a form sent back.
A form that is read is parsed twice, once to see that it may be opened at all, and in a process of its own, which takes
a few milliseconds to start: that is the price of files of strangers. Bare openpyxl parses once, where it stands.
"""


def main() -> int:
    """Measure everything."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="dunghan-bench-") as folder:
        rows += page_rows(Path(folder))
        rows += autosave_rows(Path(folder))
    with tempfile.TemporaryDirectory(prefix="dunghan-bench-") as folder:
        rows += rehearsal_rows(Path(folder))
    with tempfile.TemporaryDirectory(prefix="dunghan-bench-") as folder:
        rows += workbook_rows(Path(folder))
    rows += ranking_rows()
    rows += mail_rows()
    print_table(rows)
    print(NOTES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
