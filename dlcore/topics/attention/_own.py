"""A sentence of the reader's own in the translator's English: `this heavy door does not take an umbrella`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.topics.attention._grammar import ADJECTIVES, DETERMINERS, NOUNS, VERBS

DETERMINER_OF = {**{word: word for word in DETERMINERS}, "an": "a"}
VERB_OF = {verb + "s": verb for verb in VERBS}


def wrong_sentence(text: str) -> str:
    """Which word of a sentence does not fit, and what was expected there; "" if all do."""
    return OwnSentence(text).problem


class OwnSentence:
    """Its ten choices, read word by word; `problem` says where it leaves the grammar, and then they mean nothing."""

    def __init__(self, text: str) -> None:
        self.words, self.at, self.problem = text.lower().rstrip(" .").split(), 0, ""
        self.choices = {**self.phrase(""), **self.predicate(), **self.phrase("object_")}
        if self.at < len(self.words):
            self.expect("the end of the sentence")

    def word(self) -> str:
        """The next word; "" at the end."""
        return self.words[self.at] if self.at < len(self.words) else ""

    def expect(self, what: str) -> None:
        """Keep the first problem."""
        got = f"got “{self.word()[:20]}”" if self.word() else "but there is none"
        self.problem = self.problem or f"word {self.at + 1}: expected {what}, {got}"

    def take(self, options: Mapping[str, Any]) -> Any:
        """What the next word stands for, one of these."""
        if self.word() not in options:
            self.expect(", ".join(options))
            return None
        self.at += 1
        return options[self.words[self.at - 1]]

    def phrase(self, role: str) -> dict[str, Any]:
        """An article, up to two adjectives and a noun."""
        determiner = self.take(DETERMINER_OF)
        adjectives: list[str] = []
        while self.word() in ADJECTIVES and len(adjectives) < 2:
            adjectives.append(self.take({word: word for word in ADJECTIVES}))
        nouns = {word: word for word in NOUNS}
        if self.word() not in NOUNS and len(adjectives) < 2:
            self.expect(", ".join((*ADJECTIVES, *NOUNS)))
        noun = self.take(nouns)
        first, second = [*adjectives, "none", "none"][:2]
        return {f"{role}determiner": determiner, f"{role}adjective_1": first, f"{role}adjective_2": second,
                f"{role}noun": noun}

    def predicate(self) -> dict[str, Any]:
        """wants, or does not want."""
        if self.word() == "does":
            self.take({"does": True})
            return {"negation": bool(self.take({"not": True})), "verb": self.take({verb: verb for verb in VERBS})}
        return {"negation": False, "verb": self.take({**VERB_OF, "does": ""})}
