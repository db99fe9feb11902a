"""Reads one small workbook when it is imported, so that processes forked afterwards need not learn how.

Only the server of processes imports it: what openpyxl sets up at its first workbook is then there for every reading.
"""

import gc
from io import BytesIO

from criteria.workbook.reading import read_sheets
from criteria.workbook.writing import Column, Table, write_table

_stream = BytesIO()
write_table(_stream, [Table("x", [Column("x")], [["x"]])])
read_sheets(BytesIO(_stream.getvalue()))
gc.freeze()
