"""The page round every page, its macros and filters, through a small application of their own."""

import gzip
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask, flash, render_template, render_template_string, session
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import UndefinedError

from app.web import outgoing, presentation, styles
from app.web.presentation import Link, Shell

WEB = Path(presentation.__file__).parent
TEMPLATES = sorted(str(path.relative_to(WEB / "templates")) for path in (WEB / "templates").rglob("*.html"))
SHELL = Shell(
    user_name="Rơ Châm H’Lan",
    unit_name="UBND xã Ia Kha",
    sign_out_url="/thoat",
    help_url="/huong-dan",
    hotline="0269 3871 234",
    navigation=(Link("Việc của tôi", "/", current=True), Link("Kết quả", "/ket-qua")),
)
PAGE = """{% extends "layout/base.html" %}{% block title %}Danh sách tiêu chí{% endblock %}
{% block content %}<p>Nội dung</p>{% endblock %}"""


@pytest.fixture
def app():
    app = Flask(__name__, static_folder=str(WEB / "static"))
    app.config.update(SECRET_KEY="only for tests", TESTING=True)
    presentation.install(app, lambda: SHELL if "_user_id" in session else Shell(sign_in_url="/dang-nhap"))
    Babel(app, default_locale="vi", locale_selector=presentation.LANGUAGE.chosen)
    CSRFProtect(app)
    outgoing.install(app)
    app.register_blueprint(styles.bp)
    app.add_url_rule("/", "page", lambda: render_template_string(PAGE))
    return app


@pytest.fixture
def client(app):
    return app.test_client()


def render(app, source, **context):
    with app.test_request_context("/?q=a&page=2"):
        return render_template_string(source, **context)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(app, name):
    assert app.jinja_env.get_template(name)


def test_a_missing_name_is_an_error_and_a_missing_option_of_a_govuk_macro_is_not(app):
    button = (
        '{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}'
        "{{ govukButton({'text': 'Lưu'}) }}"
    )

    assert "Lưu" in render(app, button)
    with pytest.raises(UndefinedError):
        render(app, "{{ nobody }}")
    with pytest.raises(UndefinedError):
        render(app, "{{ row.nothing }}", row={})


def test_the_title_is_the_heading_and_begins_with_the_fault(app):
    fine = render(app, PAGE)
    wrong = render(app, PAGE, errors={"score": "Điểm tự chấm phải từ 0 đến 5"})

    assert "<title>Danh sách tiêu chí – Đúng Hạn</title>" in fine
    assert '<h1 class="govuk-heading-l">Danh sách tiêu chí</h1>' in fine
    assert "<title>Lỗi: Danh sách tiêu chí – Đúng Hạn</title>" in wrong
    assert '<a href="#score">Điểm tự chấm phải từ 0 đến 5</a>' in wrong
    assert "govuk-error-summary" not in fine


def test_a_page_asks_for_no_more_than_five_files_and_holds_nothing_inline(client):
    page = client.get("/").text

    assert page.count("/static/") <= 4
    assert "<style" not in page
    assert "style=" not in page
    assert "<script>" not in page


def test_who_is_signed_in_may_leave_by_a_guarded_form(client):
    with client.session_transaction() as kept:
        kept["_user_id"] = "1"
    page = client.get("/").text

    assert "Rơ Châm H’Lan" in page
    assert re.search('<form method="post" action="/thoat"[^>]*><input type="hidden" name="csrf_token"', page)
    assert "Đăng nhập" not in page
    assert "/dang-nhap" in client.application.test_client().get("/").text


def test_language_and_text_size_are_links_that_a_cookie_remembers(client):
    assert '<html lang="vi" class="govuk-template app-text-1">' in client.get("/").text
    assert '<html lang="en"' in client.get("/?lang=en&text=3").text
    assert '<html lang="en" class="govuk-template app-text-3">' in client.get("/").text
    assert '<html lang="en" class="govuk-template app-text-3">' in client.get("/?lang=xx&text=9").text


def test_the_server_says_which_language_comes_first(app, client):
    app.config["BABEL_DEFAULT_LOCALE"] = "en"

    assert '<html lang="en"' in client.get("/").text
    assert '<html lang="vi"' in client.get("/?lang=vi").text


def test_an_illustrative_set_is_marked(app):
    assert "Bộ tiêu chí minh họa" in render(app, PAGE, illustrative=True)
    assert "Bộ tiêu chí minh họa" not in render(app, PAGE)


def test_flashes_become_banners_with_names_of_their_own(app):
    with app.test_request_context("/"):
        flash("Đã lưu", "success")
        flash("Phiếu chưa nộp")
        page = render_template_string(PAGE)

    assert page.count("govuk-notification-banner__heading") == 2
    assert 'id="banner-1"' in page
    assert 'id="banner-2"' in page


def test_what_a_user_typed_is_escaped_everywhere(app):
    source = """{% from "ui/fields.html" import text, options, reason %}{% from "ui/tables.html" import data_table %}
    {{ text('a', x, x, hint=x, error=x) }}{{ options('b', x, [(x, x, none)], x, error=x) }}{{ reason('c', x, error=x) }}
    {{ data_table(x, [(x, 'head'), (x, 'num')], [(x, x)]) }}"""

    assert "<b>" not in render(app, source, x='"><b>')


def test_fields_carry_their_fault_hint_and_value(app):
    source = """{% from "ui/fields.html" import number_field %}
    {{ number_field('served', 'Số hồ sơ', '78,5', hint='Trong kỳ', error='Nhập một số') }}"""
    field = render(app, source)

    assert 'value="78,5"' in field
    assert 'inputmode="decimal"' in field
    assert 'aria-describedby="served-hint served-error"' in field
    assert "required" not in field


def test_a_choice_shows_its_points(app):
    source = (
        """{% from "ui/fields.html" import yes_no %}{{ yes_no('a', 'Có kế hoạch?', 'no', points=worth) }}"""
    )
    field = render(app, source, worth=(Decimal("2.5"), Decimal(0)))

    assert "2,5 điểm" in field
    assert 'id="a-2" name="a" type="radio" value="no" checked' in " ".join(field.split())


def test_pages_keep_the_filter(app):
    source = """{% from "ui/filters.html" import pagination %}{{ pagination(2, 5) }}"""
    with app.test_request_context("/?q=a&page=2"):
        shown = render_template_string(source)

    assert 'href="/?q=a&amp;page=3" rel="next"' in shown
    assert 'aria-current="page">2' in shown


def test_the_problem_page_says_what_to_do(app):
    with app.test_request_context("/"):
        page = render_template(
            "errors/problem.html", title="Không có trang này", advice="Kiểm tra địa chỉ.", request_id="7F3K"
        )

    assert "Kiểm tra địa chỉ." in page
    assert "7F3K" in page


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("78.500"), "78,5"),
        (Decimal("0.0004"), "0"),
        (Decimal("-0.0001"), "0"),
        (Decimal("1E+3"), "1000"),
        (1000, "1000"),
        (None, "–"),
    ],
)
def test_numbers_have_a_comma(value, shown):
    assert presentation.number(value) == shown


def test_points_come_as_millionths_or_as_decimals():
    assert presentation.points(61_500_000) == presentation.points(Decimal("61.5")) == "61,5"


def test_instants_are_shown_in_local_time(app):
    instant = datetime(2019, 10, 17, 17, 0, tzinfo=UTC)

    with app.test_request_context("/"):
        assert presentation.datetime_vi(instant) == "00:00 ngày 18/10/2019"
    assert presentation.date_vi(instant) == presentation.date_vi(date(2019, 10, 18)) == "18/10/2019"
    with pytest.raises(ValueError, match="naive"):
        presentation.date_vi(datetime(2019, 10, 18))


def test_shares_and_sizes_are_short():
    assert presentation.percent(Decimal("0.6155")) == "61,6%"
    assert presentation.filesize(900) == "900 B"
    assert presentation.filesize(4_300_000) == "4,1 MB"


def test_every_response_is_guarded(client):
    headers = client.get("/").headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_of_a_signed_in_reader_are_not_stored(client):
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")
    with client.session_transaction() as kept:
        kept["_user_id"] = "1"
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_a_year_under_the_hash_of_their_content(app, client):
    with app.test_request_context("/"):
        address = presentation.asset("app.css")

    assert "immutable" in client.get(address, buffered=True).headers["Cache-Control"]
    assert client.get("/static/app.css", buffered=True).headers["Cache-Control"] == "no-cache"


def test_the_style_of_every_page_is_one_file_kept_for_a_year(app, client):
    with app.test_request_context("/"):
        address = presentation.style_address()

    answer = client.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.mimetype == "text/css"
    assert answer.data.endswith((WEB / "static" / "app.css").read_bytes())
    assert b".govuk-button" in answer.data


@pytest.mark.parametrize("address", ["/", "/static/vendor/govuk-frontend.min.css"])
def test_text_is_compressed_for_those_who_accept_it(client, address):
    plain = client.get(address, headers={"Accept-Encoding": "identity"}, buffered=True)
    small = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)

    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(plain.data) / 2
    assert b"govuk-" in gzip.decompress(small.data)
    assert "Content-Encoding" not in plain.headers
