"""The tables of kinds of help, a mirror of `vocabulary.py` for SQL and for other systems' codes."""

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base


class Category(Base):
    """A kind of help. Names and plain words are in `vocabulary.py`, held equal by a test."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    #: Addresses of these places are hidden unless somebody decides otherwise.
    is_sensitive: Mapped[bool] = mapped_column(default=False)


class CategoryParent(Base):
    """An edge of the category graph: a kind may belong to several wider ones."""

    __tablename__ = "category_parent"

    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)


class CategorySynonym(Base):
    """A plain word by which people ask for a kind of help, in one language."""

    __tablename__ = "category_synonym"

    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(primary_key=True)


class CategoryCrosswalk(Base):
    """The code by which another system names one of our kinds."""

    __tablename__ = "category_crosswalk"

    system: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
