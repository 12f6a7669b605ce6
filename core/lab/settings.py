"""What a visitor may choose: ladders, choices and switches, validated once for every door.

One field is one widget, one link parameter, one command-line flag and one part of the cache key.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.fields import FieldInfo

from core.lab.intervals import POINTS, SHARE

MOST_RUNGS = 12
Value = bool | int | float | str


def ladder(
    *rungs: int | float,
    default: int | float,
    unit: str = "",
    label: str = "",
    help: str = "",
    before: int | float | None = None,
) -> Any:
    """Declare a number that stands on one of a few rungs.

    Args:
        rungs: The allowed values, ascending, 2 to 12 of them.
        default: One of the rungs.
        unit: Shown behind the number, for example `"examples"`; `"share"` of a number in [0, 1]
            that is shown as a percentage, `"points"` of a difference of such numbers.
        label: The widget's label; the field's name in words when empty.
        help: What it is, when the field has no docstring to say it.
        before: Of a knob that is added later: the value that all results had before it existed.
            At this value it is left out of the key, so that they are still found.

    Raises:
        ValueError: If the rungs are not ascending, too many, or do not hold the default.
    """
    if not 2 <= len(rungs) <= MOST_RUNGS or list(rungs) != sorted(set(rungs)):
        raise ValueError(f"a ladder has 2 to {MOST_RUNGS} ascending rungs, got {rungs}")
    if default not in rungs:
        raise ValueError(f"the default {default} is not one of the rungs {rungs}")
    extra: dict[str, Any] = {"rungs": list(rungs), "unit": unit, "before": before}
    return Field(
        default=default, title=label or None, description=help or None, json_schema_extra=extra
    )


def added(default: bool | str, *, before: bool | str, label: str = "") -> Any:
    """Declare a `Literal` or a `bool` that an experiment gets later; see `ladder` for `before`."""
    return Field(default=default, title=label or None, json_schema_extra={"before": before})


class Settings(BaseModel):
    """Frozen, validated choices; each field is a ladder, a `Literal` or a `bool`."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @field_validator("*", mode="after")
    @classmethod
    def _on_a_rung(cls, value: Value, info: Any) -> Value:
        knob = knob_of(cls, info.field_name)
        if value not in knob.options:
            raise ValueError(f"{value!r} is not one of {', '.join(map(str, knob.options))}")
        return value

    def changed(self, **values: Value) -> Any:
        """Return a validated copy with some fields changed."""
        return type(self)(**{**self.model_dump(), **values})


def repetitions(default: int) -> Any:
    """Declare how often each setting is trained; an experiment may want more than five."""
    text = (
        "Each setting is trained this many times, each time from another seed: fresh initial "
        "weights and a fresh draw or split of the data. Intervals narrow as it grows."
    )
    return ladder(5, 10, 20, default=default, unit="seeds", label="Repetitions", help=text)


class Config(Settings):
    """What changes the result. Every experiment adds its own knobs to these two."""

    repetitions: int = repetitions(default=5)
    first_seed: int = ladder(*range(0, 1000, 100), default=0, label="First seed")
    """The repetitions use this seed and the ones that follow it. Another value gives fresh
    repetitions of the same experiment: the numbers should agree within their intervals."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of this run, for example `(0, 1, 2, 3, 4)`."""
        return tuple(range(self.first_seed, self.first_seed + self.repetitions))

    def from_seed(self, first_seed: int) -> Self:
        """Return these settings on other seeds, also on those that no rung of the ladder holds."""
        return self.model_copy(update={"first_seed": first_seed})


def told(config: Settings) -> dict[str, Value]:
    """What of a config goes into the key: all knobs but those at the value before they existed."""
    values = config.model_dump(mode="json")
    return {name: value for name, value in values.items() if value != _before(config, name)}


def _before(config: Settings, name: str) -> Value | None:
    extra = type(config).model_fields[name].json_schema_extra
    before = extra.get("before") if isinstance(extra, dict) else None
    return before if isinstance(before, bool | int | float | str) else None


class View(Settings):
    """What changes only the picture: never retrains, never enters the cache key."""

    above: ClassVar[bool] = False
    """Whether its widgets stand above the first figure: set it where they choose what that shows.
    Otherwise they stand below it, before the other figures."""


@dataclass(frozen=True)
class Knob:
    """One field of a `Settings` class as its widget, link parameter and flag see it."""

    name: str
    label: str
    help: str
    kind: Literal["ladder", "choice", "switch"]
    options: tuple[Value, ...]
    default: Value
    unit: str = ""


def knobs(settings: type[Settings]) -> tuple[Knob, ...]:
    """Describe every field of a settings class, the class's own fields before inherited ones."""
    return _knobs(settings)


@cache
def _knobs(settings: type[Settings]) -> tuple[Knob, ...]:
    own = [name for name in settings.model_fields if name not in Config.model_fields]
    shared = [name for name in settings.model_fields if name in Config.model_fields]
    return tuple(knob_of(settings, name) for name in own + shared)


def knob_of(settings: type[Settings], name: str) -> Knob:
    """Describe one field.

    Raises:
        TypeError: If the field is neither a ladder, a `Literal` nor a `bool`.
    """
    return _knob_of(settings, name)


@cache
def _knob_of(settings: type[Settings], name: str) -> Knob:
    info: FieldInfo = settings.model_fields[name]
    label = info.title or name.replace("_", " ").capitalize()
    text = " ".join((info.description or "").split())
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    if "rungs" in extra:
        rungs: Any = extra["rungs"]
        unit = str(extra.get("unit", ""))
        return Knob(name, label, text, "ladder", tuple(rungs), info.default, unit)
    if get_origin(info.annotation) is Literal:
        return Knob(name, label, text, "choice", get_args(info.annotation), info.default)
    if info.annotation is bool:
        return Knob(name, label, text, "switch", (False, True), info.default)
    raise TypeError(f"{settings.__name__}.{name} must be a ladder, a Literal or a bool")


def plain_unit(knob: Knob) -> str:
    """The unit behind a number as `option_text` spells it: shares and points are bare there."""
    return "" if knob.unit in (SHARE, POINTS) else knob.unit


def value_from_text(knob: Knob, text: str) -> Value:
    """Read one setting from a link or a command line.

    Raises:
        ValueError: If the text is not exactly one of the knob's options.
    """
    spelled = {option_text(option): option for option in knob.options}
    if text in spelled:
        return spelled[text]
    if knob.kind == "ladder" and len(text) <= 20:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if number in knob.options:
            return knob.options[knob.options.index(number)]
    raise ValueError(f"not one of {', '.join(spelled)}")


def option_text(value: Value) -> str:
    """Spell a setting's value as links and flags do: `true`, `0.1`, `two_moons`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
