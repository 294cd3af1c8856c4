"""The tables, one file per aggregate."""

from .account import Account, Grant, Invitation, RecoveryCode, Session
from .appeal import Appeal
from .approval import Approval
from .beat import Beat
from .book import Movement, PayoutHold
from .case import Case, CaseLine, Filing
from .chargeback import Chargeback, Freeze, OutsideRefund
from .clock import Clock
from .cost import Cost, CostPayment, CostShare
from .decision import Citation, Decision, Outcome
from .event import Event, HouseEvent
from .evidence import Evidence
from .message import Message
from .offer import Offer
from .order import Order, OrderLine, Parcel, ParcelLine
from .outbox import Outbox, SentMail
from .payment import Allocation, Capture, Payment
from .published_rules import PublishedRules
from .reading import Reading
from .reconciliation import Reconciliation
from .referral import Referral, ReferralApproval, ReferralNote
from .refund import Refund
from .restriction import Restriction, RestrictionAppeal, RestrictionScope
from .screening import Screening, ScreeningRefund
from .shop import HandOff, Seller, Shop, ShopKey
from .verdict import StoredVerdict
from .voucher import Voucher
from .webhook import Webhook

__all__ = [
    "Account",
    "Allocation",
    "Appeal",
    "Approval",
    "Beat",
    "Capture",
    "Case",
    "CaseLine",
    "Chargeback",
    "Citation",
    "Clock",
    "Cost",
    "CostPayment",
    "CostShare",
    "Decision",
    "Event",
    "Evidence",
    "Filing",
    "Freeze",
    "Grant",
    "HandOff",
    "HouseEvent",
    "Invitation",
    "Message",
    "Movement",
    "Offer",
    "Order",
    "OrderLine",
    "Outbox",
    "Outcome",
    "OutsideRefund",
    "Parcel",
    "ParcelLine",
    "Payment",
    "PayoutHold",
    "PublishedRules",
    "Reading",
    "Reconciliation",
    "RecoveryCode",
    "Referral",
    "ReferralApproval",
    "ReferralNote",
    "Refund",
    "Restriction",
    "RestrictionAppeal",
    "RestrictionScope",
    "Screening",
    "ScreeningRefund",
    "Seller",
    "SentMail",
    "Session",
    "Shop",
    "ShopKey",
    "StoredVerdict",
    "Voucher",
    "Webhook",
]
