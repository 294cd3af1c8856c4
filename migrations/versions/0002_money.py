"""Money: the books, what banks and back offices do, and what waits because of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEPT = ("movement", "outside_refund")
PROMISES_MORE = (
    "NEW.refund_reserved_minor + NEW.refunded_minor > OLD.refund_reserved_minor + OLD.refunded_minor AND "
    "NEW.refund_reserved_minor + NEW.refunded_minor + NEW.outside_minor + NEW.charged_back_minor > NEW.captured_minor"
)
PROMISED = "BEFORE UPDATE OF refund_reserved_minor, refunded_minor ON capture"
TOO_MUCH = "more would go back than was taken"


def upgrade() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False, comment="each: what, ref, ours, theirs"),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_reconciliation_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
    )
    with op.batch_alter_table("reconciliation", schema=None) as batch_op:
        batch_op.create_index("ix_reconciliation_shop", ["shop_id", "id"], unique=False)
    op.create_table(
        "chargeback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False, comment="the provider's name for it"),
        sa.Column("reason", sa.String(length=40), nullable=False, comment="the bank's code"),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False, comment="minor units of the row's currency"),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False, comment="when the bank began it"),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=True, comment="until when the bank waits for an answer"
        ),
        sa.Column("exhibits", sa.JSON(), nullable=False, comment="ids of the evidence the answer names"),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan", sa.String(length=20), nullable=True),
        sa.Column("words", sa.Text(), nullable=False, comment="why; a bank reads a chargeback's"),
        sa.Column("salt", sa.String(length=32), nullable=False, comment="of the commitment in the history"),
        sa.Column("asked_by", sa.Integer(), nullable=True, comment="who wrote the plan"),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("plan IN ('contest', 'accept')", name=op.f("ck_chargeback_plan_known")),
        sa.CheckConstraint(
            "state IN ('needs_answer', 'planned', 'contested', 'accepted', 'unanswered', 'won', 'lost')",
            name=op.f("ck_chargeback_state_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_chargeback_amount_positive")),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name=op.f("ck_chargeback_another_person")),
        sa.ForeignKeyConstraint(["approved_by"], ["account.id"], name=op.f("fk_chargeback_approved_by_account")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_chargeback_asked_by_account")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_chargeback_payment_id_payment")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_chargeback_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chargeback")),
        sa.UniqueConstraint("public_id", name=op.f("uq_chargeback_public_id")),
        sa.UniqueConstraint("shop_id", "ref", name=op.f("uq_chargeback_shop_id_ref")),
    )
    with op.batch_alter_table("chargeback", schema=None) as batch_op:
        batch_op.create_index("ix_chargeback_due", ["due_at"], unique=False)
        batch_op.create_index("ix_chargeback_payment", ["payment_id"], unique=False)
    op.create_table(
        "freeze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("chargeback_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan", sa.String(length=20), nullable=True),
        sa.Column("words", sa.Text(), nullable=False, comment="why; a bank reads a chargeback's"),
        sa.Column("salt", sa.String(length=32), nullable=False, comment="of the commitment in the history"),
        sa.Column("asked_by", sa.Integer(), nullable=True, comment="who wrote the plan"),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(why = 'chargeback') = (chargeback_id IS NOT NULL)", name=op.f("ck_freeze_chargeback_named")
        ),
        sa.CheckConstraint("plan IN ('send', 'call_off')", name=op.f("ck_freeze_plan_known")),
        sa.CheckConstraint("state IN ('frozen', 'asked', 'calling_off', 'ended')", name=op.f("ck_freeze_state_known")),
        sa.CheckConstraint("why IN ('chargeback', 'excess')", name=op.f("ck_freeze_why_known")),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name=op.f("ck_freeze_another_person")),
        sa.ForeignKeyConstraint(["approved_by"], ["account.id"], name=op.f("fk_freeze_approved_by_account")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_freeze_asked_by_account")),
        sa.ForeignKeyConstraint(["chargeback_id"], ["chargeback.id"], name=op.f("fk_freeze_chargeback_id_chargeback")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_freeze_payment_id_payment")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_freeze_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze")),
        sa.UniqueConstraint("chargeback_id", name=op.f("uq_freeze_chargeback_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_freeze_public_id")),
    )
    with op.batch_alter_table("freeze", schema=None) as batch_op:
        batch_op.create_index("ix_freeze_payment", ["payment_id", "state"], unique=False)
        batch_op.create_index(
            "uq_freeze_excess",
            ["payment_id"],
            unique=True,
            sqlite_where=sa.text("why = 'excess' AND state <> 'ended'"),
            postgresql_where=sa.text("why = 'excess' AND state <> 'ended'"),
        )
    op.create_table(
        "outside_refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False, comment="the provider's name for it"),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False, comment="minor units of the row's currency"),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_outside_refund_amount_positive")),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_outside_refund_capture_id_capture")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_refund")),
        sa.UniqueConstraint("capture_id", "ref", name=op.f("uq_outside_refund_capture_id_ref")),
    )
    op.create_table(
        "payout_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False, comment="minor units of the row's currency"),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payout_hold_amount_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_payout_hold_case_id_case")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_payout_hold_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_hold")),
        sa.UniqueConstraint("case_id", name=op.f("uq_payout_hold_case_id")),
    )
    with op.batch_alter_table("payout_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payout_hold_seller_id"), ["seller_id"], unique=False)
    op.create_table(
        "movement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False, comment="one effect, one key, one movement"),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False, comment="the party it left"),
        sa.Column("source_of", sa.Integer(), nullable=False, comment="account or seller; 0: there is only one"),
        sa.Column("dest", sa.String(length=20), nullable=False, comment="the party it went to"),
        sa.Column("dest_of", sa.Integer(), nullable=False, comment="account or seller; 0: there is only one"),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False, comment="minor units of the row's currency"),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("capture_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True, comment="whose doing; NULL: nobody's here"),
        sa.Column("clauses", sa.JSON(), nullable=False, comment="of the shop's rules, where one says so"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="the shop's domain time"),
        sa.CheckConstraint(
            "dest IN ('buyer', 'seller', 'platform', 'insurer', 'provider', 'due', 'held', 'voucher', 'outside')",
            name=op.f("ck_movement_dest_known"),
        ),
        sa.CheckConstraint(
            "source IN ('buyer', 'seller', 'platform', 'insurer', 'provider', 'due', 'held', 'voucher', 'outside')",
            name=op.f("ck_movement_source_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_movement_amount_positive")),
        sa.CheckConstraint("source <> dest OR source_of <> dest_of", name=op.f("ck_movement_two_purses")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_movement_account_id_account")),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_movement_capture_id_capture")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_movement_case_id_case")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_movement_decision_id_decision")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_movement_order_id_order")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_movement_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
        sa.UniqueConstraint("key", name=op.f("uq_movement_key")),
    )
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_movement_capture_id"), ["capture_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_movement_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_movement_dest", ["dest", "dest_of", "shop_id", "currency"], unique=False)
        batch_op.create_index(batch_op.f("ix_movement_order_id"), ["order_id"], unique=False)
        batch_op.create_index("ix_movement_shop", ["shop_id", "at", "id"], unique=False)
        batch_op.create_index("ix_movement_source", ["source", "source_of", "shop_id", "currency"], unique=False)
    keep_books()
    bound_promises()


def keep_books() -> None:
    """Let nobody change or remove a movement, or a refund that others sent."""
    for table in KEPT:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            if op.get_bind().dialect.name == "sqlite":
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END"
                )
            else:
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                )


def bound_promises() -> None:
    """Refuse to promise more of a capture than is left after what others took back. What they do is never refused."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER capture_promise {PROMISED} WHEN {PROMISES_MORE} "
            f"BEGIN SELECT RAISE(ABORT, '{TOO_MUCH}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_promise() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{TOO_MUCH}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER capture_promise {PROMISED} FOR EACH ROW WHEN ({PROMISES_MORE}) "
        "EXECUTE FUNCTION refuse_promise()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER capture_promise")
    else:
        op.execute("DROP TRIGGER capture_promise ON capture")
        op.execute("DROP FUNCTION refuse_promise()")
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.drop_index("ix_movement_source")
        batch_op.drop_index("ix_movement_shop")
        batch_op.drop_index(batch_op.f("ix_movement_order_id"))
        batch_op.drop_index("ix_movement_dest")
        batch_op.drop_index(batch_op.f("ix_movement_case_id"))
        batch_op.drop_index(batch_op.f("ix_movement_capture_id"))
    op.drop_table("movement")
    with op.batch_alter_table("payout_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payout_hold_seller_id"))
    op.drop_table("payout_hold")
    op.drop_table("outside_refund")
    with op.batch_alter_table("freeze", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_freeze_excess",
            sqlite_where=sa.text("why = 'excess' AND state <> 'ended'"),
            postgresql_where=sa.text("why = 'excess' AND state <> 'ended'"),
        )
        batch_op.drop_index("ix_freeze_payment")
    op.drop_table("freeze")
    with op.batch_alter_table("chargeback", schema=None) as batch_op:
        batch_op.drop_index("ix_chargeback_payment")
        batch_op.drop_index("ix_chargeback_due")
    op.drop_table("chargeback")
    with op.batch_alter_table("reconciliation", schema=None) as batch_op:
        batch_op.drop_index("ix_reconciliation_shop")
    op.drop_table("reconciliation")
