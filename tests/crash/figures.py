"""What is left when the dust has settled: nothing lost, nothing doubled, the books equal to the cent."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Case, Decision, Event, Outbox, Outcome, Refund, SentMail, Webhook
from disputes.outbox.audit import broken_chains, unequal_books
from disputes.sandbox.ledger import entries
from disputes.settings import Settings
from tests.crash.people import People


@dataclass
class Figures:
    """The outcome of one run."""

    kills: int
    zombies: int
    cases: int
    steps: int
    refunds: int
    ours_minor: int
    theirs_minor: int
    lost: list[str]
    doubled: list[str]
    faults: list[str]
    broken: int  # answers with 500
    refused: int  # refunds the provider refused, or sent back later: each was sent again
    messages: int  # taken in, once each

    @property
    def well(self) -> bool:
        """Whether everything that must hold does."""
        wrong = self.lost or self.doubled or self.faults or self.broken
        return not wrong and self.ours_minor == self.theirs_minor

    @property
    def difference(self) -> float:
        """Between our books and the provider's ledger, in whole units of money."""
        return (self.ours_minor - self.theirs_minor) / 100

    def __str__(self) -> str:
        lines = [
            f"{self.kills} kills, {self.zombies} zombies",
            f"{self.cases} cases, {self.steps} steps, {self.refunds} refunds",
            f"{self.refused} refused or sent back and sent again, {self.messages} messages of the provider",
            f"lost {len(self.lost)}, doubled {len(self.doubled)}, difference {self.difference:.2f}",
            f"faults {len(self.faults)}, answers with 500: {self.broken}",
        ]
        return "\n".join([*lines, *self.lost, *self.doubled, *self.faults])


def figures(people: People, settings: Settings, *, kills: int, zombies: int) -> Figures:
    """Count; needs an application context."""
    ledger = entries(settings.provider_ledger)
    paid = [entry for entry in ledger if entry["code"] is None]
    faults = [*broken_chains()[1], *unequal_books(ledger)[1]]
    return Figures(
        kills=kills,
        zombies=zombies,
        cases=_count(select(func.count(Case.id))),
        steps=_count(select(func.count(Event.id))),
        refunds=_count(select(func.count(Refund.id))),
        ours_minor=_count(select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(Refund.state == "arrived")),
        theirs_minor=sum(entry["amount_minor"] for entry in paid),
        lost=list(_lost(people)),
        doubled=list(_doubled([entry["key"] for entry in paid])),
        faults=faults,
        broken=people.answers[500],
        refused=len(ledger) - len(paid),
        messages=_count(select(func.count(Webhook.id))),
    )


def _count(query) -> int:  # type: ignore[no-untyped-def]
    return int(db.session.scalar(query) or 0)


def _lost(people: People):  # type: ignore[no-untyped-def]
    """What the web said was done and is not there, what was ordered and did not happen."""
    happened = {(e.dest, e.public_id) for e in db.session.execute(select(Event.dest, Case.public_id).join(Case))}
    yield from (f"{what} {case} was acknowledged and is gone" for what, case in set(people.acknowledged) - happened)
    for refund in db.session.scalars(select(Refund).where(Refund.state != "arrived")):
        yield f"refund {refund.key} is {refund.state}"
    for outcome in db.session.scalars(
        select(Outcome).join(Decision).where(Decision.decided_at.is_not(None), Outcome.state != "done")
    ):
        yield f"outcome {outcome.id} is {outcome.state}"
    for row in db.session.scalars(select(Outbox).where(Outbox.done_at.is_(None))):
        yield f"{row.key} was not done: {row.last_error}"


def _doubled(keys: list[str]):  # type: ignore[no-untyped-def]
    # A refund that was sent again has a new key, which begins like the old one: refund-<outcome>-<capture>.
    times = Counter("-".join(key.split("-")[:3]) for key in keys)
    yield from (f"paid {n} times: {refund}" for refund, n in times.items() if n > 1)
    orders = select(Case.order_id).group_by(Case.order_id).having(func.count() > 1)
    yield from (f"two cases for order {order}" for order in db.session.scalars(orders))
    decided = select(Decision.case_id).where(Decision.decided_at.is_not(None))
    twice = decided.group_by(Decision.case_id).having(func.count() > 1)
    yield from (f"decided twice: case {case}" for case in db.session.scalars(twice))
    mails = select(SentMail.outbox_id, SentMail.to).group_by(SentMail.outbox_id, SentMail.to).having(func.count() > 1)
    yield from (f"logged twice: mail {row} to {to}" for row, to in db.session.execute(mails))
