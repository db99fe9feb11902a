"""`rank` and `export`: making a ranking run, and the files of a published result."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from app.database import db
from app.editions import Published
from app.exports import csv_text, parent_tables, whole_tables, workbook
from app.i18n.labels import label
from app.models import RankingRun, UnitKind
from app.queries.campaign_status import campaign_by_slug, latest_edition, operator_of
from app.queries.editions import edition_named
from app.services.rankings import make_run
from workflows.vocabulary import Role


@click.command("rank", help="Lập bảng xếp hạng từ các phiếu đã thẩm tra.")
@click.argument("slug", metavar="CAMPAIGN")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
@with_appcontext
def rank(slug: str, *, as_json: bool) -> None:
    """Make a ranking run."""
    campaign = campaign_by_slug(db.session(), slug)
    run = make_run(operator_of(campaign, Role.OFFICE), campaign.id)
    if as_json:
        click.echo(json.dumps(_run_data(run), ensure_ascii=False))
        return
    click.echo(f"Bảng xếp hạng số {run.number}, mã {run.digest[:12]}")
    for kind in run.standings["kinds"]:
        click.echo(
            f"  {label(UnitKind(kind['kind']))}: xếp hạng {kind['ranked_count']}, không gửi {kind['silent_count']}"
        )


@click.command("export", help="Ghi kết quả đã công bố ra tệp: Excel cho cả tỉnh và từng huyện, CSV, JSON.")
@click.argument("slug", metavar="CAMPAIGN")
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="Thư mục; mặc định ./SLUG."
)
@with_appcontext
def export(slug: str, folder: Path | None) -> None:
    """Write the files of the latest edition."""
    edition = latest_edition(db.session(), campaign_by_slug(db.session(), slug))
    target = folder or Path(slug)
    target.mkdir(parents=True, exist_ok=True)
    files = {**dict(result_files(edition_named(edition.digest))), f"{slug}.json": edition.document.encode()}
    for name, content in files.items():
        (target / name).write_bytes(content)
    click.echo(f"Đã ghi {len(files)} tệp vào {target}")


def result_files(edition: Published) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file for people and machines, the JSON of the edition itself left out."""
    yield f"{edition.slug}.xlsx", workbook(edition, whole_tables(edition))
    yield f"{edition.slug}.csv", csv_text(edition).encode()
    for parent in edition.parents:
        yield f"{edition.slug}-{parent.slug}.xlsx", workbook(edition, parent_tables(edition, parent))


def _run_data(run: RankingRun) -> Mapping[str, Any]:
    kinds = [
        {key: kind[key] for key in ("kind", "ranked_count", "silent_count")}
        for kind in run.standings["kinds"]
    ]
    return {"run": run.number, "digest": run.digest, "inputs_digest": run.inputs_digest, "kinds": kinds}
