"""The pages: server-made HTML in Vietnamese and English, usable without JavaScript. Views decide nothing."""

from flask import Blueprint, Flask

from app.web import (
    account,
    administration,
    consolidation,
    contacts,
    criteria_sets,
    desk,
    digests,
    home,
    incoming_mail,
    mail,
    mail_wordings,
    office,
    office_assignments,
    office_calendar,
    office_dates,
    office_estimates,
    office_imports,
    office_kind_dates,
    office_reminders,
    office_units,
    people,
    probes,
    public,
    public_help,
    rankings,
    receipts,
    rehearsals,
    session,
    sign_in_codes,
    styles,
    tomorrow,
    verification,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    public.bp,
    session.bp,
    sign_in_codes.bp,
    account.bp,
    home.bp,
    desk.bp,
    digests.bp,
    consolidation.bp,
    verification.bp,
    incoming_mail.bp,
    tomorrow.bp,
    office.bp,
    office_assignments.bp,
    office_calendar.bp,
    office_dates.bp,
    office_estimates.bp,
    office_kind_dates.bp,
    office_reminders.bp,
    office_units.bp,
    criteria_sets.bp,
    office_imports.bp,
    mail.bp,
    mail_wordings.bp,
    contacts.bp,
    rankings.bp,
    receipts.bp,
    rehearsals.bp,
    people.bp,
    administration.bp,
    probes.bp,
    styles.bp,
    public_help.bp,
)


def install(app: Flask) -> None:
    """Register every page."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
