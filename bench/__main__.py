"""`python -m bench`: plays the demo at full size into a temporary folder, measures, prints a table, ends with 0.

Times are medians of interleaved rounds in one process, so a busy machine slows everything alike. The goals are
printed beside what was found; nothing fails here, since a clock is no judge of right and wrong.
"""

import sys
import tempfile
from pathlib import Path

from bench.pages import page_rows
from bench.rankings import ranking_rows
from bench.report import Row, print_table


def main() -> int:
    """Measure everything."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="dunghan-bench-") as folder:
        rows += page_rows(Path(folder))
    rows += ranking_rows()
    print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
