"""Pages of home. Holds no rule."""

from flask import Blueprint

bp = Blueprint("home", __name__)
