"""What the running application was built with, and a knock on its ticker. Sets nothing."""

from flask import current_app

from config import Settings

KEY = "dunghan"
TICKER = "dunghan.ticker"


def settings() -> Settings:
    """The settings of the application that is handling this work."""
    found: Settings = current_app.extensions[KEY]
    return found


def hurry() -> None:
    """Let the ticker of this process, if it has one, tick at once; another process ticks when its time comes."""
    ticker = current_app.extensions.get(TICKER)
    if ticker is not None:
        ticker.wake()
