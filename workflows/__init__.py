"""Who may move a submission where, and by when. Standard library only; knows no table, no page and no clock."""
