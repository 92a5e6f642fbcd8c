"""When somebody hears of a score."""

from typing import Annotated

from pydantic import Field

from engineo.infra.settings import Settings

Points = Annotated[int, Field(ge=0, le=100)]


class ScoreSettings(Settings):
    """Both in points of 100; 0 turns the alert off."""

    score_drop_alert: Points = 5
    score_component_alert: Points = 40
