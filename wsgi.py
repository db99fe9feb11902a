"""The entry for a WSGI server: the application from the environment's settings."""

import os

from app import create_app
from config import Settings

app = create_app(Settings.from_env(os.environ))
