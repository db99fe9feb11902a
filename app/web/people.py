"""Pages of people. Holds no rule."""

from flask import Blueprint

bp = Blueprint("people", __name__)
