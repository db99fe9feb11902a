"""Pages of verification. Holds no rule."""

from flask import Blueprint

bp = Blueprint("verification", __name__)
