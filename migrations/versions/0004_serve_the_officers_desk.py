"""Serve the unit officer's desk: every handing-in keeps its receipt for good, also those of before; a document
that was taken out can be put back; a unit's head is asked to agree; signed papers are matched;
ease is asked for, criteria are given to colleagues, last year's figures
offered as a draft, and estimates replaced by a declared act that nobody changes afterwards; many forms in Excel
are one batch; files come in parts, a document may be a link, and what a virus scanner said of a file is kept.

Files that an office sends in are kept with what they change, and units know what they came from. Workbooks may come
by mail, and a mail may enclose a file. An office may put Word files of its own in the place of those that ship.
"""

import sqlalchemy as sa
from alembic import op
from app.database import UTCDateTime
from migrations import immutable

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('receipt',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('content_digest', sa.String(length=64), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_receipt_submission_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('code', name=op.f('uq_receipt_code'))
    )
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_receipt_submission_id'), ['submission_id'], unique=False)
    # Whether these were late was not noted when they came in.
    op.execute(
        "INSERT INTO receipt (submission_id, code, content_digest, at, version) "
        "SELECT id, receipt_code, content_digest, submitted_at, 1 FROM submission "
        "WHERE receipt_code IS NOT NULL AND submitted_at IS NOT NULL ORDER BY id"
    )
    immutable.protect('receipt')
    op.add_column('agreement', sa.Column('content', sa.JSON(none_as_null=True), nullable=True))
    op.create_table('sign_off_step',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('content_digest', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('person_name', sa.String(length=255), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_off_step_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_sign_off_step_submission_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_off_step'))
    )
    op.create_index(op.f('ix_sign_off_step_submission_id'), 'sign_off_step', ['submission_id'], unique=False)
    op.create_table('signed_paper',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('reading', sa.String(length=64), nullable=False),
    sa.Column('typed', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('content_digest', sa.String(length=64), nullable=False),
    sa.Column('read_at', UTCDateTime(), nullable=False),
    sa.Column('read_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_signed_paper_document_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signed_paper')),
    sa.UniqueConstraint('document_id', name=op.f('uq_signed_paper_document_id'))
    )
    op.create_table('ease',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ease_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_ease_submission_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ease')),
    sa.UniqueConstraint('submission_id', 'person_id', name=op.f('uq_ease_submission_id_person_id'))
    )

    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('removed_at', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('removed_by_name', sa.String(length=255), server_default='', nullable=False))

    op.create_table('criterion_task',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('given_at', UTCDateTime(), nullable=False),
    sa.Column('given_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_criterion_task_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_criterion_task_submission_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_criterion_task')),
    sa.UniqueConstraint('submission_id', 'criterion', name=op.f('uq_criterion_task_submission_id_criterion'))
    )
    with op.batch_alter_table('criterion_task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_criterion_task_person_id'), ['person_id'], unique=False)

    op.create_table('carried_answer',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(length=64), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('value', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('carried_at', UTCDateTime(), nullable=False),
    sa.Column('carried_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['submission.id'], name=op.f('fk_carried_answer_source_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_carried_answer_submission_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carried_answer')),
    sa.UniqueConstraint('submission_id', 'criterion', name=op.f('uq_carried_answer_submission_id_criterion'))
    )
    op.create_table('replacement',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(length=64), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('document_name', sa.String(length=255), nullable=False),
    sa.Column('document_sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_replacement_made_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_replacement_submission_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replacement'))
    )
    with op.batch_alter_table('replacement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_replacement_submission_id'), ['submission_id'], unique=False)

    immutable.protect('replacement')

    op.create_table('workbook_batch',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('task', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('options', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('asked_at', UTCDateTime(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_by_name', sa.String(length=255), nullable=False),
    sa.Column('claimed_until', UTCDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('findings', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('finished_at', UTCDateTime(), nullable=True),
    sa.Column('fault', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_workbook_batch_asked_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_workbook_batch_campaign_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workbook_batch'))
    )
    with op.batch_alter_table('workbook_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_workbook_batch_asked_at'), ['asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_workbook_batch_asked_by_id'), ['asked_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_workbook_batch_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_workbook_batch_state'), ['state'], unique=False)

    with op.batch_alter_table('workbook_import', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('sheet', sa.String(length=255), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('notes', sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_workbook_import_batch_id'), ['batch_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_workbook_import_batch_id'), 'workbook_batch', ['batch_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('scan', sa.String(length=64), nullable=False, server_default='unscanned'))
        batch_op.add_column(sa.Column('scanned_at', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('scan_claimed_until', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('scan_attempts', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('finding', sa.String(length=255), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_document_scan'), ['scan'], unique=False)

    op.create_table('upload',
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('described', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('begun_at', UTCDateTime(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=False),
    sa.Column('finished_at', UTCDateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_upload_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_upload_submission_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
    sa.UniqueConstraint('token', name=op.f('uq_upload_token'))
    )
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_submission_id'), ['submission_id'], unique=False)

    op.create_table('office_import',
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('root_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('faults', sa.JSON(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('undo', sa.JSON(), nullable=True),
    sa.Column('uploaded_at', UTCDateTime(), nullable=False),
    sa.Column('uploaded_by_name', sa.String(length=255), nullable=False),
    sa.Column('written_at', UTCDateTime(), nullable=True),
    sa.Column('written_by_name', sa.String(length=255), nullable=False),
    sa.Column('undone_at', UTCDateTime(), nullable=True),
    sa.Column('undone_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['root_id'], ['unit.id'], name=op.f('fk_office_import_root_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_import'))
    )
    with op.batch_alter_table('office_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_office_import_root_id'), ['root_id'], unique=False)

    op.create_table('succession',
    sa.Column('predecessor_id', sa.Integer(), nullable=False),
    sa.Column('successor_id', sa.Integer(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('decision', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['predecessor_id'], ['unit.id'], name=op.f('fk_succession_predecessor_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['successor_id'], ['unit.id'], name=op.f('fk_succession_successor_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_succession')),
    sa.UniqueConstraint('predecessor_id', 'successor_id', name=op.f('uq_succession_predecessor_id_successor_id'))
    )
    with op.batch_alter_table('succession', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_succession_predecessor_id'), ['predecessor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_succession_successor_id'), ['successor_id'], unique=False)
    op.create_table('paper_template',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('put_at', UTCDateTime(), nullable=False),
    sa.Column('put_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_paper_template_campaign_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_template')),
    sa.UniqueConstraint('campaign_id', 'kind', name=op.f('uq_paper_template_campaign_id_kind'))
    )
    op.create_table('incoming_mail',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('sender', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('received_at', UTCDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('claimed_until', UTCDateTime(), nullable=True),
    sa.Column('outcome', sa.String(length=64), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['workbook_import.id'], name=op.f('fk_incoming_mail_import_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_incoming_mail_person_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incoming_mail')),
    sa.UniqueConstraint('key', name=op.f('uq_incoming_mail_key'))
    )
    op.create_index(op.f('ix_incoming_mail_import_id'), 'incoming_mail', ['import_id'], unique=False)
    op.create_index(op.f('ix_incoming_mail_person_id'), 'incoming_mail', ['person_id'], unique=False)
    op.create_index(op.f('ix_incoming_mail_received_at'), 'incoming_mail', ['received_at'], unique=False)
    op.add_column('outbox_message', sa.Column('enclosure', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_column('enclosure')
    op.drop_index(op.f('ix_incoming_mail_received_at'), table_name='incoming_mail')
    op.drop_index(op.f('ix_incoming_mail_person_id'), table_name='incoming_mail')
    op.drop_index(op.f('ix_incoming_mail_import_id'), table_name='incoming_mail')
    op.drop_table('incoming_mail')
    op.drop_table('paper_template')
    with op.batch_alter_table('succession', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_succession_successor_id'))
        batch_op.drop_index(batch_op.f('ix_succession_predecessor_id'))

    op.drop_table('succession')
    with op.batch_alter_table('office_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_office_import_root_id'))

    op.drop_table('office_import')
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upload_submission_id'))
        batch_op.drop_index(batch_op.f('ix_upload_person_id'))
        batch_op.drop_index(batch_op.f('ix_upload_expires_at'))

    op.drop_table('upload')
    op.execute("DELETE FROM evidence_use WHERE document_id IN (SELECT id FROM document WHERE link <> '')")
    op.execute("DELETE FROM document WHERE link <> ''")
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_scan'))
        batch_op.drop_column('finding')
        batch_op.drop_column('scan_attempts')
        batch_op.drop_column('scan_claimed_until')
        batch_op.drop_column('scanned_at')
        batch_op.drop_column('scan')
        batch_op.drop_column('link')

    with op.batch_alter_table('workbook_import', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_workbook_import_batch_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_workbook_import_batch_id'))
        batch_op.drop_column('notes')
        batch_op.drop_column('sheet')
        batch_op.drop_column('batch_id')

    op.drop_table('workbook_batch')
    immutable.unprotect('replacement')
    with op.batch_alter_table('replacement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_replacement_submission_id'))

    op.drop_table('replacement')
    op.drop_table('carried_answer')
    with op.batch_alter_table('criterion_task', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_criterion_task_person_id'))

    op.drop_table('criterion_task')
    op.execute("DELETE FROM evidence_use WHERE document_id IN (SELECT id FROM document WHERE removed_at IS NOT NULL)")
    op.execute("DELETE FROM document WHERE removed_at IS NOT NULL")
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_column('removed_by_name')
        batch_op.drop_column('removed_at')

    op.drop_table('ease')
    op.drop_table('signed_paper')
    op.drop_index(op.f('ix_sign_off_step_submission_id'), table_name='sign_off_step')
    op.drop_table('sign_off_step')
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_column('content')
    immutable.unprotect('receipt')
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_receipt_submission_id'))

    op.drop_table('receipt')
