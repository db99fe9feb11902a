"""Add what deadlines and mails want."""

import sqlalchemy as sa
from alembic import op
from app.database import UTCDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_event',
    sa.Column('uid', sa.String(length=200), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('cancelled', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_event')),
    sa.UniqueConstraint('uid', name=op.f('uq_calendar_event_uid'))
    )
    op.create_table('calendar_feed',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('revoked_at', UTCDateTime(), nullable=True),
    sa.Column('last_read_at', UTCDateTime(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('changed_at', UTCDateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_feed_person_id'), ['person_id'], unique=False)

    op.create_table('sign_in_code',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=False),
    sa.Column('used_at', UTCDateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_code_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_code')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_code_token_hash'))
    )
    with op.batch_alter_table('sign_in_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_code_person_id'), ['person_id'], unique=False)

    op.create_table('internal_date',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('wording', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('count_day_in', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('set_at', UTCDateTime(), nullable=False),
    sa.Column('set_by_name', sa.String(length=255), nullable=False),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_internal_date_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_internal_date_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_internal_date')),
    sa.UniqueConstraint('campaign_id', 'unit_id', name=op.f('uq_internal_date_campaign_id_unit_id'))
    )
    op.create_table('mail_wording',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('edited_at', UTCDateTime(), nullable=False),
    sa.Column('edited_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_mail_wording_campaign_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_wording')),
    sa.UniqueConstraint('campaign_id', 'kind', 'language', name=op.f('uq_mail_wording_campaign_id_kind_language'))
    )
    op.create_table('mute',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('muted_at', UTCDateTime(), nullable=False),
    sa.Column('muted_by_name', sa.String(length=255), nullable=False),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.Column('ended_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_mute_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_mute_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mute'))
    )
    with op.batch_alter_table('mute', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mute_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mute_unit_id'), ['unit_id'], unique=False)

    op.create_table('nudge',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=False),
    sa.Column('sent_by_name', sa.String(length=255), nullable=False),
    sa.Column('sent_at', UTCDateTime(), nullable=False),
    sa.Column('leaves_at', UTCDateTime(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('submissions', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('taken_back_at', UTCDateTime(), nullable=True),
    sa.Column('taken_back_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_nudge_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['sent_by_id'], ['person.id'], name=op.f('fk_nudge_sent_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_nudge_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nudge'))
    )
    with op.batch_alter_table('nudge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nudge_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nudge_unit_id'), ['unit_id'], unique=False)

    op.create_table('rehearsal',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('options', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('asked_at', UTCDateTime(), nullable=False),
    sa.Column('asked_by_name', sa.String(length=255), nullable=False),
    sa.Column('claimed_until', UTCDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('result', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('finished_at', UTCDateTime(), nullable=True),
    sa.Column('fault', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_rehearsal_campaign_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rehearsal'))
    )
    with op.batch_alter_table('rehearsal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rehearsal_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rehearsal_state'), ['state'], unique=False)

    op.create_table('assignment',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('due_day', sa.Date(), nullable=False),
    sa.Column('assigned_at', UTCDateTime(), nullable=False),
    sa.Column('assigned_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_assignment_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_assignment_submission_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment')),
    sa.UniqueConstraint('submission_id', name=op.f('uq_assignment_submission_id'))
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('campaign_kind', schema=None) as batch_op:
        batch_op.add_column(sa.Column('remind_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('late', sa.String(length=64), nullable=False, server_default='never'))
        batch_op.add_column(sa.Column('late_through', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('edit_through', sa.Date(), nullable=True))

    with op.batch_alter_table('field_visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('planned_time', sa.Time(), nullable=False, server_default='08:00:00.000000'))
        batch_op.add_column(sa.Column('planned_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('papers', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('called_off_at', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('called_off_by_name', sa.String(length=255), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('called_off_reason', sa.Text(), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_field_visit_planned_by_id'), 'person', ['planned_by_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('nudge_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('calendar', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('tried_at', UTCDateTime(), nullable=True))
        batch_op.create_index('ix_outbox_message_state_settled', ['state', 'settled_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_message_nudge_id'), ['nudge_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_outbox_message_nudge_id'), 'nudge', ['nudge_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('address_refused_at', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('address_refused_words', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('digests', sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_question_asked_by_id'), 'person', ['asked_by_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('heartbeat', schema=None) as batch_op:
        batch_op.add_column(sa.Column('faults', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('fault_since', UTCDateTime(), nullable=True))

    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.add_column(sa.Column('begun_at', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('first_submitted_at', UTCDateTime(), nullable=True))
    # Before these columns the last work and the last handing-in are the earliest instants that are known.
    op.execute('UPDATE submission SET begun_at = last_worked_at, first_submitted_at = submitted_at')



def downgrade() -> None:
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_column('first_submitted_at')
        batch_op.drop_column('begun_at')

    with op.batch_alter_table('heartbeat', schema=None) as batch_op:
        batch_op.drop_column('fault_since')
        batch_op.drop_column('faults')

    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_question_asked_by_id'), type_='foreignkey')
        batch_op.drop_column('asked_by_id')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('digests')
        batch_op.drop_column('address_refused_words')
        batch_op.drop_column('address_refused_at')

    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_outbox_message_nudge_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_outbox_message_nudge_id'))
        batch_op.drop_index('ix_outbox_message_state_settled')
        batch_op.drop_column('tried_at')
        batch_op.drop_column('calendar')
        batch_op.drop_column('nudge_id')

    with op.batch_alter_table('field_visit', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_field_visit_planned_by_id'), type_='foreignkey')
        batch_op.drop_column('called_off_reason')
        batch_op.drop_column('called_off_by_name')
        batch_op.drop_column('called_off_at')
        batch_op.drop_column('papers')
        batch_op.drop_column('planned_by_id')
        batch_op.drop_column('planned_time')

    with op.batch_alter_table('campaign_kind', schema=None) as batch_op:
        batch_op.drop_column('edit_through')
        batch_op.drop_column('late_through')
        batch_op.drop_column('late')
        batch_op.drop_column('remind_from')

    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignment_person_id'))

    op.drop_table('assignment')
    with op.batch_alter_table('rehearsal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rehearsal_state'))
        batch_op.drop_index(batch_op.f('ix_rehearsal_campaign_id'))

    op.drop_table('rehearsal')
    with op.batch_alter_table('nudge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_nudge_unit_id'))
        batch_op.drop_index(batch_op.f('ix_nudge_campaign_id'))

    op.drop_table('nudge')
    with op.batch_alter_table('mute', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mute_unit_id'))
        batch_op.drop_index(batch_op.f('ix_mute_campaign_id'))

    op.drop_table('mute')
    op.drop_table('mail_wording')
    op.drop_table('internal_date')
    with op.batch_alter_table('sign_in_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_code_person_id'))

    op.drop_table('sign_in_code')
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_feed_person_id'))

    op.drop_table('calendar_feed')
    op.drop_table('calendar_event')
