"""Production refuses what is unsafe, wrong values are named, and every setting is in the README."""

from dataclasses import fields
from pathlib import Path

import pytest

from app import create_app
from config import INSECURE_SECRET, PREFIX, SETTINGS, InvalidSettings, Settings

README = Path(__file__).parents[2] / "README.md"
LONG = "0123456789abcdef" * 3


def settings(**values):
    return Settings.from_env({PREFIX + name: value for name, value in values.items()})


@pytest.mark.parametrize("secret", [None, INSECURE_SECRET, "", "short", "x" * 31])
def test_production_refuses_a_default_or_short_secret(secret):
    with pytest.raises(InvalidSettings, match="SECRET_KEY"):
        settings(ENV="production", **({} if secret is None else {"SECRET_KEY": secret}))


def test_an_application_is_not_built_from_unsafe_settings(tmp_path):
    with pytest.raises(InvalidSettings, match="SECRET_KEY"):
        create_app(Settings(env="production", data_dir=tmp_path))


def test_production_takes_a_long_secret():
    assert settings(ENV="production", SECRET_KEY=LONG).production


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "prod"),
        ("PORT", "tám nghìn"),
        ("PORT", "-1"),
        ("PORT", "٨"),
        ("LOCALE", "fr"),
        ("MAIL_RATE", "1.5"),
        ("TICK_SECONDS", ""),
        ("PROXIES", "one"),
        ("EVIDENCE_URL", "s3://bucket"),
        ("CLAMD_URL", "127.0.0.1:3310"),
        ("CLAMD_URL", "tcp://scanner"),
        ("CLAMD_URL", "tcp://scanner:port"),
        ("CLAMD_URL", "unix:clamd.ctl"),
    ],
)
def test_a_wrong_value_is_named(name, value):
    with pytest.raises(InvalidSettings, match=PREFIX + name):
        settings(**{name: value})


@pytest.mark.parametrize("url", ["tcp://scanner:3310", "unix:/run/clamav/clamd.ctl"])
def test_a_scanner_is_reached_over_a_network_or_a_socket(url):
    assert settings(CLAMD_URL=url).clamd_url == url


def test_defaults_are_those_of_the_record():
    assert settings() == Settings()


def test_secrets_are_not_printed():
    shown = repr(settings(SECRET_KEY=LONG, SMTP_URL="smtp://user:hush@mail.example"))
    assert LONG not in shown
    assert "hush" not in shown


def test_every_setting_can_be_set_and_is_in_the_readme():
    readme = README.read_text(encoding="utf-8")
    names = {field.name.upper() for field in fields(Settings)}
    for row in SETTINGS:
        assert row.name in names
        assert f"`{PREFIX}{row.name}`" in readme
