"""Pages of desk. Holds no rule."""

from flask import Blueprint

bp = Blueprint("desk", __name__)
