"""A small English and a small French, and which words of one belong to each word of the other.

A sentence is ten choices (`FIELDS`). Adjectives follow their noun and agree with it, the second one first;
`does not want` becomes `ne veut pas`. The article after `pas` is kept, where French would rather say `de`.
"""

from __future__ import annotations

import torch
from torch import Tensor

NOUNS = {"area": ("zone", 1), "dog": ("chien", 0), "house": ("maison", 1), "cat": ("chat", 0),
         "car": ("voiture", 1), "book": ("livre", 0), "door": ("porte", 1), "umbrella": ("parapluie", 0)}  # 1: feminine
ARTICLES = {"the": ("le", "la"), "a": ("un", "une"), "this": ("ce", "cette")}
ADJECTIVES = {"european": ("européen", "européenne"), "open": ("ouvert", "ouverte"), "green": ("vert", "verte"),
              "black": ("noir", "noire"), "heavy": ("lourd", "lourde")}
BEFORE_AN = ("open", "area", "umbrella")
VERBS = {"want": "veut", "see": "voit", "take": "prend", "sell": "vend"}

DETERMINERS, NOUN_OPTIONS, VERB_OPTIONS = tuple(ARTICLES), tuple(NOUNS), tuple(VERBS)
ADJECTIVE_OPTIONS = ("none", *ADJECTIVES)
FIELDS = {"determiner": DETERMINERS, "adjective_1": ADJECTIVE_OPTIONS, "adjective_2": ADJECTIVE_OPTIONS,
          "noun": NOUN_OPTIONS, "verb": VERB_OPTIONS, "negation": (False, True),
          "object_determiner": DETERMINERS, "object_adjective_1": ADJECTIVE_OPTIONS,
          "object_adjective_2": ADJECTIVE_OPTIONS, "object_noun": NOUN_OPTIONS}

END, PAD, START = "<eos>", 0, 1  # the number of START is never a target word
SOURCE_WORDS = ("<pad>", END, *ARTICLES, "an", *ADJECTIVES, *NOUNS, *VERBS, *(v + "s" for v in VERBS), "does", "not")
TARGET_WORDS = ("<pad>", "<start>", END, "ne", "pas", *(noun for noun, _ in NOUNS.values()), *VERBS.values(),
                *(form for forms in (*ARTICLES.values(), *ADJECTIVES.values()) for form in forms))
SLOTS = 12  # the longest sentence, <eos> included: both templates have twelve places

# Which places of the English template (columns) the grammar aligns with each place of the French one (rows). It is a
# label, not a need: a translator may do without.
#   English: 0 det, 1 adj₁, 2 adj₂, 3 noun, 4 does, 5 not, 6 verb, 7 det, 8 adj₁, 9 adj₂, 10 noun, 11 <eos>
#   French:  0 article, 1 noun, 2 adj₂, 3 adj₁, 4 ne, 5 verb, 6 pas, 7 article, 8 noun, 9 adj₂, 10 adj₁, 11 <eos>
ALIGNED = ((0, 3), (3,), (2, 3), (1, 3), (5,), (6,), (5,), (7, 10), (10,), (9, 10), (8, 10), (11,))
GOLD = torch.tensor([[j in places for j in range(SLOTS)] for places in ALIGNED])
ARTICLE_WORDS = torch.tensor([TARGET_WORDS.index(form) for pair in ARTICLES.values() for form in pair])


def source_table(words: tuple[str, ...]) -> Tensor:
    """Numbers of English words; "none" is padding."""
    return torch.tensor([SOURCE_WORDS.index(w) if w != "none" else PAD for w in words])


def forms(table: dict[str, tuple[str, str]], none: bool = False) -> Tensor:
    """Numbers of the French forms. Shape: (options, genders)."""
    rows = [[TARGET_WORDS.index(form) for form in pair] for pair in table.values()]
    return torch.tensor([[PAD, PAD], *rows] if none else rows)


ENGLISH = {"det": source_table(DETERMINERS), "adj": source_table(ADJECTIVE_OPTIONS),
           "noun": source_table(NOUN_OPTIONS), "verb": source_table((*(v + "s" for v in VERBS), *VERBS))}
FRENCH = {"det": forms(ARTICLES), "adj": forms(ADJECTIVES, none=True),
          "noun": torch.tensor([TARGET_WORDS.index(noun) for noun, _ in NOUNS.values()]),
          "gender": torch.tensor([gender for _, gender in NOUNS.values()]),
          "verb": torch.tensor([TARGET_WORDS.index(v) for v in VERBS.values()])}


def write(choices: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """English, French, and the gold alignment of each sentence.

    Shapes: choices (B, 10) numbers of options in the order of FIELDS; (B, 12), (B, 12), (B, 12, 12).
    """
    det, adj1, adj2, noun, verb, negation, *rest = choices.T
    odet, oadj1, oadj2, onoun = rest
    end = torch.ones_like(noun)
    source = torch.stack([*english_phrase(det, adj1, adj2, noun),
                          negation * SOURCE_WORDS.index("does"), negation * SOURCE_WORDS.index("not"),
                          ENGLISH["verb"][verb + len(VERBS) * negation],
                          *english_phrase(odet, oadj1, oadj2, onoun), end * SOURCE_WORDS.index(END)], dim=1)
    target = torch.stack([*french_phrase(det, adj1, adj2, noun),
                          negation * TARGET_WORDS.index("ne"), FRENCH["verb"][verb],
                          negation * TARGET_WORDS.index("pas"),
                          *french_phrase(odet, oadj1, oadj2, onoun), end * TARGET_WORDS.index(END)], dim=1)
    source_order, target_order = close_up(source), close_up(target)
    gold = GOLD[target_order[:, :, None], source_order[:, None, :]]  # (B, T, S)
    source, target = source.gather(1, source_order), target.gather(1, target_order)
    return source, target, gold & (target != PAD)[:, :, None] & (source != PAD)[:, None, :]


def english_phrase(det: Tensor, adj1: Tensor, adj2: Tensor, noun: Tensor) -> tuple[Tensor, ...]:
    """the european open area; "a" is "an" before a vowel, which says nothing of the gender."""
    article, adjectives, head = ENGLISH["det"][det], (ENGLISH["adj"][adj1], ENGLISH["adj"][adj2]), ENGLISH["noun"][noun]
    follows = torch.where(adjectives[0] != PAD, adjectives[0], torch.where(adjectives[1] != PAD, adjectives[1], head))
    an = (article == SOURCE_WORDS.index("a")) & torch.isin(follows, source_table(BEFORE_AN))
    return torch.where(an, SOURCE_WORDS.index("an"), article), *adjectives, head


def french_phrase(det: Tensor, adj1: Tensor, adj2: Tensor, noun: Tensor) -> tuple[Tensor, ...]:
    """la zone ouverte européenne"""
    gender = FRENCH["gender"][noun]
    return (FRENCH["det"][det, gender], FRENCH["noun"][noun],
            FRENCH["adj"][adj2, gender], FRENCH["adj"][adj1, gender])


def close_up(template: Tensor) -> Tensor:
    """The order that moves the empty places of each template to its end. Shape: (B, 12)."""
    return (template == PAD).long().argsort(dim=1, stable=True)


def draw(count: int, generator: torch.Generator) -> Tensor:
    """Random sentences; an adjective is absent three times in eight. Shape: (count, 10)."""
    none = 2  # extra chances for "none"
    sizes = torch.tensor([len(options) + none * ("none" in options) for options in FIELDS.values()])
    choices = (torch.rand(count, len(FIELDS), generator=generator) * sizes).long()
    return torch.where(torch.tensor(["none" in options for options in FIELDS.values()]),
                       (choices - none).clamp(min=0), choices)


def unseen(count: int, training: Tensor, generator: torch.Generator) -> Tensor:
    """Random sentences of which none is in `training` (…, 10). Shape: (count, 10)."""
    candidates = draw(2 * count, generator)
    fresh = ~torch.isin(as_number(candidates), as_number(training.reshape(-1, len(FIELDS))))
    return candidates[fresh][:count]


def as_number(choices: Tensor) -> Tensor:
    """One whole number for each sentence; an only adjective counts the same in either place. Shape: (N,)."""
    english = write(choices)[0]
    return (english * len(SOURCE_WORDS) ** torch.arange(SLOTS)).sum(1)
