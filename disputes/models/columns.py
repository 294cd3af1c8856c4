"""Column shapes that many tables share."""

import secrets
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

REF_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread over a telephone


def new_public_id() -> str:
    """128 random bits for a URL: nobody guesses another's."""
    return secrets.token_urlsafe(16)


def new_ref() -> str:
    """What people say on the telephone: eight characters, e.g. 7KQM-2XDA. Not a secret, so never a way in."""
    letters = "".join(secrets.choice(REF_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


Id = Annotated[int, mapped_column(primary_key=True)]
PublicId = Annotated[str, mapped_column(String(22), unique=True, default=new_public_id)]
Code = Annotated[str, mapped_column(String(40))]
Short = Annotated[str, mapped_column(String(200))]
Long = Annotated[str, mapped_column(Text)]
Minor = Annotated[int, mapped_column(BigInteger, comment="minor units of the row's currency")]
Currency = Annotated[str, mapped_column(String(3))]
Json = Annotated[dict[str, Any], mapped_column(JSON)]
Codes = Annotated[list[str], mapped_column(JSON)]
Numbers = Annotated[list[int], mapped_column(JSON)]
ShopId = Annotated[str, mapped_column(ForeignKey("shop.id"))]
CaseId = Annotated[int, mapped_column(ForeignKey("case.id"))]
AccountId = Annotated[int, mapped_column(ForeignKey("account.id"))]


class Chained:
    """A root with a history of its own: a hash chain, whose head stands here."""

    head_seq: Mapped[int] = mapped_column(default=0, comment="last event of the history")
    head_hash: Mapped[str] = mapped_column(String(64), default="0" * 64)


def one_of(column: str, values: tuple[str, ...], name: str | None = None) -> CheckConstraint:
    """A CHECK that a column holds one of `values`."""
    return CheckConstraint(f"{column} IN ({listed(values)})", name=name or f"{column}_known")


def listed(values: tuple[str, ...]) -> str:
    """Values as SQL writes them in a list."""
    return ", ".join(f"'{value}'" for value in values)
