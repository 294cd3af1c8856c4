"""Send the bank what two people agreed on: an answer with its exhibits, or that we accept."""

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.models import Chargeback, Evidence, Shop
from disputes.outbox.job import Job
from disputes.outbox.provider import EvidenceOrder
from disputes.outbox.providers import provider_of
from disputes.storage.store import path_of
from disputes.web.configure import settings_of
from disputes.workflows.chargeback import ACCEPT


def act(job: Job) -> None:
    """Send it by its key. Raises Unavailable."""
    settings = settings_of(current_app)
    query = select(Chargeback, Shop.provider).join(Shop, Shop.id == Chargeback.shop_id)
    found = query.where(Chargeback.id == job.payload["chargeback"]).execution_options(populate_existing=True)
    chargeback, name = db.session.execute(found).one()
    exhibits = db.session.scalars(select(Evidence).where(Evidence.id.in_(chargeback.exhibits)).order_by(Evidence.id))
    files = [(one.filename, one.media_type, path_of(settings.instance, one.storage_key)) for one in exhibits]
    db.session.rollback()  # no transaction stays open while we wait for a network
    provider = provider_of(name, settings)
    if chargeback.plan == ACCEPT:
        provider.accept_dispute(chargeback.ref, job.key)
        return
    read = tuple((name, kind, path.read_bytes()) for name, kind, path in files)
    provider.submit_evidence(EvidenceOrder(chargeback.ref, chargeback.words, job.key, read))


def record(_job: Job, _answer: None) -> None:
    """What the bank makes of it, it tells."""
