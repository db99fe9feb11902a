"""What can go wrong, as exceptions that services raise and only ``app.problems`` and ``app.web.forms`` answer."""

from dataclasses import dataclass


class Missing(LookupError):
    """There is no such row, or not for this actor."""


class Forbidden(PermissionError):
    """The actor may see the thing but not do this to it."""


class Outdated(RuntimeError):
    """The row has changed since it was shown: somebody was faster."""


class Busy(RuntimeError):
    """The database could not be had for writing in time; trying again helps."""


class Duplicate(RuntimeError):
    """A row with this unique value is there already; the message names the constraint."""


class Withheld(RuntimeError):
    """The thing is there and is handed out to nobody now; the words say why and what to do."""


class UnrecordedChange(RuntimeError):
    """A unit of work changed rows without an audit entry; a fault of ours, never of the user's."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One thing to repair: where, a code for machines, and what to do in words for people.

    ``field`` is the name of the input, ``sheet`` and ``cell`` are given where the input was a workbook.
    """

    field: str
    code: str
    message: str
    sheet: str = ""
    cell: str = ""


class Invalid(ValueError):
    """Input that cannot be taken; ``faults`` name every place and remedy."""

    def __init__(self, *faults: FieldFault) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in faults))
        self.faults = faults
