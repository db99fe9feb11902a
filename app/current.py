"""What the running application was built with. Reads it, sets nothing."""

from flask import current_app

from config import Settings

KEY = "dunghan"


def settings() -> Settings:
    """The settings of the application that is handling this work."""
    found: Settings = current_app.extensions[KEY]
    return found
