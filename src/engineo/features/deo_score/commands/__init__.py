"""The score's part of the CLI."""

from engineo.features.deo_score.commands.rendering import TerminalScoreRenderer
from engineo.features.deo_score.commands.score import build_commands
from engineo.features.deo_score.commands.services import ScoreServices

__all__ = ["ScoreServices", "TerminalScoreRenderer", "build_commands"]
