"""Pages of public. Holds no rule."""

from flask import Blueprint

bp = Blueprint("public", __name__)
