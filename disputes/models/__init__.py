"""The tables, one file per aggregate."""

from .account import Account, Grant, Invitation, RecoveryCode, Session
from .appeal import Appeal
from .approval import Approval
from .beat import Beat
from .case import Case, CaseLine, Filing
from .clock import Clock
from .decision import Citation, Decision, Outcome
from .event import Event
from .evidence import Evidence
from .message import Message
from .offer import Offer
from .order import Order, OrderLine, Parcel, ParcelLine
from .outbox import Outbox, SentMail
from .payment import Allocation, Capture, Payment
from .reading import Reading
from .refund import Refund
from .shop import HandOff, Seller, Shop, ShopKey
from .verdict import StoredVerdict

__all__ = [
    "Account",
    "Allocation",
    "Appeal",
    "Approval",
    "Beat",
    "Capture",
    "Case",
    "CaseLine",
    "Citation",
    "Clock",
    "Decision",
    "Event",
    "Evidence",
    "Filing",
    "Grant",
    "HandOff",
    "Invitation",
    "Message",
    "Offer",
    "Order",
    "OrderLine",
    "Outbox",
    "Outcome",
    "Parcel",
    "ParcelLine",
    "Payment",
    "Reading",
    "RecoveryCode",
    "Refund",
    "Seller",
    "SentMail",
    "Session",
    "Shop",
    "ShopKey",
    "StoredVerdict",
]
