"""What is measured: criteria sets, answers, scores and standings.

Pure Python. Knows no database, no web, no clock and no file but those `criteria.workbook` is handed.
"""
