"""Numbers and names in the words of a mail. Knows no message."""

from decimal import Decimal


def number_words(value: Decimal, language: str) -> str:
    """Print points without idle zeros, with the decimal comma of Vietnamese."""
    plain = f"{value:f}"
    short = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return short.replace(".", ",") if language == "vi" else short


def brief(value: str, limit: int) -> str:
    """Cut a text to a number of characters, and show that it was cut."""
    return value if len(value) <= limit else value[: limit - 1].rstrip(" ,.;:–-") + "…"


def leading(value: str) -> str:
    """Begin a sentence with a name that is written small inside one, such as `xã Thanh Thủy`."""
    return value[:1].upper() + value[1:]
