"""Pages of consolidation. Holds no rule."""

from flask import Blueprint

bp = Blueprint("consolidation", __name__)
