"""What the solver is at, for those who watch it."""

from __future__ import annotations

from enum import Enum


class Phase(Enum):
    """Each with its words, short: they stand at the end of a line of 80 columns."""

    FIRST = "初始排班", "first roster"
    CHANGES = "逐步改进", "small changes"
    MODEL = "整体求解", "whole model"
    MIXTURE = "估算下界", "bound"
    DIVE = "逐格确定", "cell by cell"
    PARTS = "局部改进", "part by part"

    @property
    def words(self) -> dict[str, str]:
        zh, en = self.value
        return {"zh": zh, "en": en}
