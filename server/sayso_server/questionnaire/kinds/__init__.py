"""The kinds of questions, one file a family."""

from sayso_server.questionnaire.kinds.choice import CHOICE, RANKING
from sayso_server.questionnaire.kinds.facts import CONSENT, CONTACT, DATE, LINK
from sayso_server.questionnaire.kinds.kind import Kind
from sayso_server.questionnaire.kinds.matrix import MATRIX
from sayso_server.questionnaire.kinds.scale import CES, CSAT, NPS
from sayso_server.questionnaire.kinds.words import COMMENT, TEXT

KINDS: dict[str, Kind] = {
    "nps": NPS,
    "csat": CSAT,
    "ces": CES,
    "comment": COMMENT,
    "text": TEXT,
    "choice": CHOICE,
    "matrix": MATRIX,
    "ranking": RANKING,
    "consent": CONSENT,
    "contact": CONTACT,
    "date": DATE,
    "link": LINK,
}
