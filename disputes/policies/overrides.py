"""Other rules for a category, a brand or a product: the same tables again, over the pack's own."""

from datetime import date
from typing import Any

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from disputes.policies.standing import Strict


class Override(Strict):
    """For which goods, bought from when to when; `rules` holds the tables that differ."""

    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    bought_from: date | None = None
    bought_until: date | None = None
    rules: dict[str, Any]

    @model_validator(mode="after")
    def _name_goods(self) -> "Override":
        if not (self.categories or self.brands or self.products):
            raise PydanticCustomError("override", "an override names categories, brands or products")
        if closed := {"meta", "locale", "overrides"} & set(self.rules):
            raise PydanticCustomError("override", "{what} cannot differ by goods", {"what": ", ".join(sorted(closed))})
        return self

    @property
    def rank(self) -> int:
        """A product's rule goes over its brand's, a brand's over its category's."""
        return 3 if self.products else 2 if self.brands else 1

    def fits(self, category: str, brand: str | None, product: str | None, bought: date) -> bool:
        """Whether these goods, bought that day in the shop's zone, are meant."""
        named = category in self.categories or brand in self.brands or product in self.products
        first, last = self.bought_from or date.min, self.bought_until or date.max
        return named and first <= bought <= last
