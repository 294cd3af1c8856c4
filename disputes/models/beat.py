"""When the worker last looked at the clocks. One row: a gap in it is a time nobody was served."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base


class Beat(Base):
    __tablename__ = "beat"

    id: Mapped[int] = mapped_column(primary_key=True, comment="always 1")
    seen_at: Mapped[datetime] = mapped_column(comment="real time")
