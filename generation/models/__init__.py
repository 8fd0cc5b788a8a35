"""Orders for problems and their items. These rows are the truth; messages only say that a row waits."""

from generation.models.item import GenerationItem, GenerationItemQuerySet
from generation.models.ledger import ModelUse, PromptOutcome
from generation.models.pause import Pause
from generation.models.request import GenerationRequest

__all__ = [
    "GenerationItem",
    "GenerationItemQuerySet",
    "GenerationRequest",
    "ModelUse",
    "Pause",
    "PromptOutcome",
]
