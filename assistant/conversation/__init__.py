"""Conversation: a follow-up question made to stand on its own, so that it can be searched like any other.

    "ومتى؟"                after "من افتتح الجسر؟"            -> "متى افتتح الجسر؟"
    "وماذا عن البحرين؟"    after "كم متحفا في عمان؟"           -> "كم متحفا في البحرين؟"
    "who funds it?"        after "What is the Apollo program?" -> "who funds the Apollo program?"

By rule, from the turns before and their citations; by the language model when there is one. A question
that names its own topic comes back as it was.
"""

from __future__ import annotations

from assistant.conversation.followup import Resolved, resolve
from assistant.conversation.rewriting import standalone

__all__ = ["Resolved", "resolve", "standalone"]
