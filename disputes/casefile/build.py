"""Put the parts together: one case, for one reader."""

from flask import url_for

from disputes.auth.access import Turn
from disputes.models import Case
from disputes.policies.reasons import REASONS, WISH_LABELS, Wish
from disputes.text import N_, Text
from disputes.workflows.roles import AUDITOR, BUYER, DESK, INSIDE, PARTIES

from . import costs, parts, rulings, words
from .read import Raw, read
from .timeline import timeline
from .views import CaseView
from .vouchers import vouchers


def page_of(case: Case, role: str) -> str:
    """The address of a case for somebody in a role."""
    page = "desk.show" if role in DESK else "audit.show" if role == AUDITOR else "cases.show"
    return url_for(page, case_id=case.public_id)


def case_view(turn: Turn) -> CaseView:
    """Everything a case page shows its reader."""
    return view_of(read(turn))


def view_of(raw: Raw) -> CaseView:
    """The page made from rows already read."""
    case, role = raw.case, raw.actor.role
    exhibits = parts.exhibits(raw)
    by_id = {row.id: shown for row, shown in zip(raw.exhibits, exhibits, strict=True)}
    by_number = {exhibit.no: exhibit for exhibit in exhibits}
    reason = REASONS[case.reason]
    sub = reason.sub(case.sub_reason)
    wish, wish_minor = _wish(raw)
    in_force = raw.in_force
    draft = next((d for d in raw.decisions if not d.decided_at), None)
    shown_draft = draft if role in INSIDE or raw.state == "provisional_decision" else None
    earlier = [d for d in raw.decisions if d.decided_at and d.superseded_at and (role in INSIDE or not d.beside)]
    on_top = [d for d in raw.decisions if d.decided_at and not d.superseded_at and d.beside and role in INSIDE]
    return CaseView(
        id=case.public_id, ref=case.ref, state=raw.state,
        version=case.public_version if role in PARTIES else case.version, url=page_of(case, role),
        shop_name=raw.turn.shop.name, shop_is_seller=False, currency=case.currency, buyer_name=raw.buyer.name,
        seller_name=raw.seller.name, order_number=raw.order.number,
        order_url=url_for("orders.show", order_id=raw.order.public_id) if role == BUYER else None,
        opened_at=case.opened_at, headline=words.headline(raw), turn=words.reader_turn(raw),
        turn_label=words.turn_label(raw), clock=parts.clock(raw), next_text=words.next_text(raw),
        wished=rulings.wished(raw), reason=Text(reason.label), sub_reason=Text(sub.label) if sub else None,
        title=Text(sub.label if sub else reason.label), wish=wish, wish_minor=wish_minor,
        lines=parts.lines(raw), claimed_minor=case.claimed_minor, shipping_minor=case.shipping_minor,
        choices=parts.choices(raw), offer=parts.offer(raw),
        stages=parts.stages(raw), timeline=timeline(raw, by_number), exhibits=exhibits,
        rulings=rulings.shown_to(raw, role), decision=parts.decision(raw, in_force, by_id),
        draft=parts.decision(raw, shown_draft, by_id),
        on_top=tuple(d for d in (parts.decision(raw, row, by_id) for row in on_top) if d),
        frozen=raw.facts.frozen,
        vouchers=vouchers(raw),
        referred=case.cover is not None and role in INSIDE,
        recommendation=rulings.recommended(raw) if role in INSIDE else None,
        citable=rulings.citable(raw) if role in INSIDE else (),
        costs=costs.told(raw, by_id),
        earlier=tuple(d for d in (parts.decision(raw, row, by_id) for row in earlier) if d),
    )  # fmt: skip


def _wish(raw: Raw) -> tuple[Text, int | None]:
    """What the buyer asked for at filing, with its amount."""
    asked = rulings.wished(raw)
    first = raw.story[0][0].details.get("wish_minor")
    label = Text(WISH_LABELS[Wish(asked)]) if asked in set(Wish) else Text(N_("An answer"))
    return label, first if asked == Wish.PARTIAL_REFUND else raw.case.claimed_minor if asked != Wish.ANSWER else None
