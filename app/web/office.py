"""Pages of office. Holds no rule."""

from flask import Blueprint

bp = Blueprint("office", __name__)
