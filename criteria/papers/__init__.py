"""Papers that prove an answer: what kind of file one is, whether it opens, and how its pages look. Reads strangers'
files only in `criteria.apart`; the one home of pypdfium2, Pillow and zxing-cpp. Not imported by the rest of `criteria`.
"""

from criteria.papers.codes import codes_on
from criteria.papers.kinds import (
    EXCEL,
    JPEG,
    PDF,
    PNG,
    VIEWABLE,
    WORD,
    FileFault,
    UnusableFile,
    media_type,
)
from criteria.papers.pictures import PagePicture
from criteria.papers.reading import look_inside, picture_of_page

__all__ = [
    "EXCEL",
    "JPEG",
    "PDF",
    "PNG",
    "VIEWABLE",
    "WORD",
    "FileFault",
    "PagePicture",
    "UnusableFile",
    "codes_on",
    "look_inside",
    "media_type",
    "picture_of_page",
]
