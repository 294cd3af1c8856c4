"""The tables, one file per aggregate."""

from .account import Account, Grant, Session
from .approval import Approval
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
from .refund import Refund
from .shop import Seller, Shop
from .verdict import StoredVerdict

__all__ = [
    "Account",
    "Allocation",
    "Approval",
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
    "Message",
    "Offer",
    "Order",
    "OrderLine",
    "Outbox",
    "Outcome",
    "Parcel",
    "ParcelLine",
    "Payment",
    "Refund",
    "Seller",
    "SentMail",
    "Session",
    "Shop",
    "StoredVerdict",
]
