"""Keep the workbooks that are sent in for a form."""

import sqlalchemy as sa
from alembic import op
from app.database import UTCDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('workbook_import',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('changes', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('faults', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('versions', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('uploaded_at', UTCDateTime(), nullable=False),
    sa.Column('uploaded_by_name', sa.String(length=255), nullable=False),
    sa.Column('written_at', UTCDateTime(), nullable=True),
    sa.Column('written_by_name', sa.String(length=255), nullable=False),
    sa.Column('undone_at', UTCDateTime(), nullable=True),
    sa.Column('undone_by_name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_workbook_import_submission_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workbook_import'))
    )
    with op.batch_alter_table('workbook_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_workbook_import_submission_id'), ['submission_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('workbook_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_workbook_import_submission_id'))

    op.drop_table('workbook_import')
