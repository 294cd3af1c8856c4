"""Send somebody their invitation. The link is made here from salt and key, and stands in no row of ours."""

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from disputes.db import db
from disputes.models import Account, Invitation, Seller, SentMail, Shop
from disputes.moment import real_now
from disputes.outbox import post
from disputes.outbox.job import Failed, Hopeless, Job
from disputes.outbox.mailer import Letter, one_line
from disputes.web.configure import settings_of
from disputes.web.formats import say, stamp
from disputes.web.languages import offered
from disputes.web.roles import ROLES
from disputes.web.secret import hash_of, token_of

HIDDEN = "(the link is in the mail alone)"


def act(job: Job) -> post.Posted | None:
    """Hand the mail over; None when the invitation is not open any more or has a newer link."""
    query = (
        select(Invitation, Account, Shop.name, Seller.name)
        .join(Account, Account.id == Invitation.invited_by)
        .outerjoin(Shop, Shop.id == Invitation.shop_id)
        .outerjoin(Seller, Seller.id == Invitation.seller_id)
        .where(Invitation.id == job.payload["invitation"])
    )
    made, inviter, shop, seller = db.session.execute(query.execution_options(populate_existing=True)).one()
    over = made.accepted_at or made.revoked_at or made.expires_at <= real_now()
    if over or made.token_hash != job.payload["hash"]:
        return None
    return post.hand_over(job, [_letter(made, inviter, seller or shop)], settings_of(current_app))


def _letter(made: Invitation, inviter: Account, place: str | None) -> Letter:
    token = token_of(made.salt, "invitation")
    if hash_of(token) != made.token_hash:
        raise Hopeless("the secret key was changed since; send the invitation again")
    link = f"{settings_of(current_app).base_url.rstrip('/')}/invitation/{token}"
    with force_locale(offered(inviter.locale)):
        until = stamp(made.expires_at, "UTC")
        text = current_app.jinja_env.get_template("mail/invitation.txt").render(
            inviter=inviter.name,
            place=place,
            role=say(ROLES[made.role]),
            link=link,
            until=until,
        )
    subject, _, body = text.strip().partition("\n")
    return Letter(made.email, "", subject, body.strip() + "\n")


def record(job: Job, posted: post.Posted | None) -> Failed | None:
    """Write the send log. Its text is without the link, but in a demo, where the log is the letter box."""
    demo = settings_of(current_app).demo
    for letter, number in posted.letters if posted else ():
        body = letter.body if demo else "\n".join(_without_link(line) for line in letter.body.splitlines())
        db.session.add(
            SentMail(
                outbox_id=job.id, case_id=None, topic="invitation", to=letter.to, side="staff",
                subject=one_line(letter.subject)[:200], body=body, message_id=number, handed_at=real_now(),
            )
        )  # fmt: skip
    db.session.flush()
    return Failed(posted.missing) if posted and posted.missing else None


def _without_link(line: str) -> str:
    return HIDDEN if "/invitation/" in line else line
