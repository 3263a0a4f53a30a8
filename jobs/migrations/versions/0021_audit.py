"""The audit, to which rows are only ever added, and the pause of all posting."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

REFUSAL = "rows of the audit are never changed or deleted"

NOT_NEXT = "a row of the audit is added only after the newest, with the next number"

IS_NOT_NEXT = "NEW.id IS DISTINCT FROM (SELECT coalesce(max(id), 0) + 1 FROM audit)"


def upgrade() -> None:
    number, moment = sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.DateTime(timezone=True)
    op.create_table(
        "audit",
        sa.Column("id", number, nullable=False, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(512), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "posting_pause",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("who", sa.String(512), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_posting_pause"),
        sa.CheckConstraint("id = 1", name="ck_posting_pause_only"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER audit_{event.lower()} BEFORE {event} ON audit BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        # INSERT OR REPLACE deletes a row without the trigger for DELETE; IS NOT because SQLite before 3.39 lacks IS DISTINCT FROM
        op.execute(
            f"CREATE TRIGGER audit_insert BEFORE INSERT ON audit WHEN {IS_NOT_NEXT.replace('IS DISTINCT FROM', 'IS NOT')} "
            f"BEGIN SELECT RAISE(ABORT, '{NOT_NEXT}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    refusing = "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    op.execute(f"CREATE TRIGGER audit_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit {refusing}")
    op.execute(
        "CREATE FUNCTION refuse_audit_insert() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {IS_NOT_NEXT} THEN RAISE EXCEPTION '{NOT_NEXT}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER audit_insert BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_insert()")


def downgrade() -> None:
    op.drop_table("posting_pause")
    op.drop_table("audit")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_audit_change()")
        op.execute("DROP FUNCTION refuse_audit_insert()")
