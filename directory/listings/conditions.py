"""Conditions of access to a service: who, how, at what cost, with which papers."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from directory.listings.vocabulary import AUDIENCES, DOCUMENTS

Welcome = Literal["unconditional", "preferential", "exclusive"]
AccessMode = Literal["walk-in", "appointment", "registration", "referral"]
Mode = Literal["on-site", "remote", "at-home"]


class Cost(BaseModel):
    """What it costs; `text` gives the amount in the words of the place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["free", "participation", "paid"]
    text: str | None = Field(None, max_length=300)


class Document(BaseModel):
    """A paper to bring."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    text: str | None = Field(None, max_length=300)

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.code not in DOCUMENTS:
            message = f"unknown document {self.code!r}: one of {', '.join(DOCUMENTS)}"
            raise ValueError(message)
        return self


class Conditions(BaseModel):
    """Conditions as stored. Empty means unsaid, except `audiences`, where empty means everyone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    welcome: Welcome | None = None
    audiences: tuple[str, ...] = ()
    audience_text: str | None = Field(None, max_length=300)
    minimum_age: int | None = Field(None, ge=0, le=120)
    maximum_age: int | None = Field(None, ge=0, le=120)
    access: tuple[AccessMode, ...] = ()
    cost: Cost | None = None
    documents: tuple[Document, ...] = ()
    languages: tuple[str, ...] = ()
    modes: tuple[Mode, ...] = ()
    animals: bool | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        unknown = [audience for audience in self.audiences if audience not in AUDIENCES]
        if unknown:
            message = f"unknown audience {unknown[0]!r}: one of {', '.join(AUDIENCES)}"
            raise ValueError(message)
        ages = (self.minimum_age, self.maximum_age)
        if ages[0] is not None and ages[1] is not None and ages[0] > ages[1]:
            message = f"minimum_age {ages[0]} is above maximum_age {ages[1]}"
            raise ValueError(message)
        return self

    def to_json(self) -> dict[str, Any]:
        """Return what is stored: only what was said."""
        return self.model_dump(mode="json", exclude_defaults=True) | {"version": self.version}

    @classmethod
    def of(cls, service: dict[str, Any], place: dict[str, Any]) -> Self:
        """Return a service's conditions with those of one place laid over, field by field."""
        return cls.model_validate(service | place)
