"""The trunk: HTTP, persistence, time and identity round the three leaves. ``create_app`` is steps, no logic."""

from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from app import access, api, current, logs, metrics, problems, web
from app.database import db, engine_options, tune
from app.web import incoming, outgoing, presentation, shell
from config import Settings

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def create_app(settings: Settings) -> Flask:
    """The server, built from its settings.

    Raises:
        InvalidSettings: the settings would be unsafe.
    """
    settings.check()
    app = Flask(__name__, static_folder="web/static", template_folder=None)
    _configure(app, settings)
    presentation.install(app, shell.shell)
    Babel(app, locale_selector=presentation.LANGUAGE.chosen)
    _open_database(app)
    problems.install(app)
    incoming.install(app)
    logs.install(app, settings)
    metrics.install(app)
    access.install(app)
    outgoing.install(app)
    web.install(app)
    api.install(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.extensions[current.KEY] = settings
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database),
        MAX_CONTENT_LENGTH=settings.max_upload,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="dunghan",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https:"),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE=settings.locale,
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        BABEL_TRANSLATION_DIRECTORIES="i18n",
    )
    if settings.proxies:
        count = settings.proxies
        # Flask's documented way to put a middleware in front; its type calls the attribute a method.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _open_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        tune(db.engine)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
